package api_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/platform/clock"
	"lianyuan/platform/live"
)

// elsewhere are the parts of the system that belong to no incident: what they write closing does not freeze.
var elsewhere = []string{
	"account-", "grant-", "setup", "enrolment-", "session-", "parameter-", "place-", "mechanism-", "liaison-", "signing-desk-", "team-", "member-", "policy-",
	"equipment-", "vehicle-", "receipt-",
}

// goesOn is what may be written of a closed incident, and why. Everything else is frozen.
var goesOn = map[string]string{
	"report-send": "a cry for help is never refused", "report-take": "a cry for help is never refused",
	"report-look": "a cry for help is looked at", "report-attempt": "a cry for help is verified", "report-decide": "a cry for help is verified",
	"report-reopen": "a cry for help is verified", "report-merge": "a cry for help is verified", "report-unmerge": "a cry for help is verified",
	"report-reveal": "a caller is called back", "roster-reveal": "somebody is called, which the journal keeps", "party-reveal": "somebody is called, which the journal keeps",
	"sms-receipt":        "what a gateway says of a message that went out",
	"instruction-record": "it covers a place, not this incident", "instruction-file": "the paper that an oral instruction waits for",
	"instruction-scan-attach": "the paper that an oral instruction waits for",
	"need-withdraw":           "what the public reads is taken down", "need-close": "what the public reads is taken down",
	"incident-record": "it is another incident", "incident-reopen": "headquarters unfreezes",
	"incident-activate": "the life of the incident itself: the state refuses", "incident-drop": "the life of the incident itself: the state refuses",
	"incident-withdraw": "the life of the incident itself: the state refuses", "incident-resume": "the life of the incident itself: the state refuses",
	"incident-close":   "the life of the incident itself: the state refuses",
	"decision-confirm": "the paper that an oral decision waits for", "scan-attach": "the paper that an oral decision waits for", "response-end": "the government ends its response when it does",
	"offer-withdraw": "people and vehicles are free for the next incident", "offer-stand-down": "people and vehicles are free for the next incident",
	"pass-revoke": "a pass must not be used on the way back", "pass-toll": "refunds and claims go on; asking is refused", "passage-note": "what happened at a gate happened",
	"departure-home": "a team is home when it is", "pass-return": "a team drives home after the end",
	"summary-write": "the summary is written now", "summary-submit": "the summary is written now", "summary-approve": "the summary is written now",
	"summary-return": "the summary is written now", "summary-issue": "the summary is written now", "summary-revise": "the summary is written now",
	"notice-read": "what somebody was told is read", "outbox-call": "a call that was made is written down", "outbox-resend": "somebody has yet to know",
	"summary-add": "late facts", "summary-export": "nothing of the incident is written", "inside-export": "nothing of the incident is written",
	"destruction-propose": "personal data are destroyed after the end", "destruction-confirm": "personal data are destroyed after the end",
	"destruction-refuse": "personal data are destroyed after the end", "hold-set": "personal data are held after the end", "hold-lift": "personal data are held after the end",
}

// everyProbe is a probe for every operation.
func everyProbe() map[string]probe {
	all := maps.Clone(probes)
	for _, more := range []map[string]probe{offerProbes, passProbes, receptionProbes, withdrawalProbes, missionProbes, noticeProbes, summaryProbes, destructionProbes} {
		maps.Copy(all, more)
	}
	return all
}

// writes are the operations that write.
func writes() (operations []string) {
	a := api.New(api.Services{Clock: clock.System{}, Live: &live.Hub{}})
	a.Staff(http.NewServeMux())
	for _, item := range a.Spec().Paths {
		if item.Post != nil {
			operations = append(operations, item.Post.OperationID)
		}
		if item.Put != nil {
			operations = append(operations, item.Put.OperationID)
		}
	}
	slices.Sort(operations)
	return operations
}

// Every operation that writes is tried on a closed incident by somebody who may do all of it: it answers that the incident
// is closed, or stands in the list of what goes on with the reason. An operation that is new must say which.
//
// proves: S004-49
func TestClosedIncidentIsReadOnly(t *testing.T) {
	all := everyProbe()
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		p := prepare(t, w)
		office := w.As("qijiang-office")
		needs := map[string]string{"need-publish": inIncident(t, w, office, p, false)}
		for _, operation := range []string{"", "need-correct", "need-withdraw", "need-close"} {
			needs[operation] = inIncident(t, w, office, p, true)
		}
		p.published = needs[""]
		line := emptied(t, office, &p)
		all["handback-record"] = post(onLeaver("/handbacks/"+line+"/record"), func(prepared) fields {
			return fields{"id": newID(), "version": apptest.Stale, "back": 1, "damaged": 0, "lost": 0}
		})
		all["handback-remove"] = post(onLeaver("/handbacks/"+line+"/remove"), given(func() fields { return fields{"id": newID(), "version": 0} }))
		all["withdrawal-plan"] = post(onIncident("/withdrawals"), func(p prepared) fields { return p.wavePlan(nil, p.leaver) })
		office.Post("/incidents/"+p.incident+"/close", because("全部撤离")).Want(http.StatusOK)
		if d := atDesk(office, p.incident); d.Works || d.Leads {
			t.Errorf("the desk of a closed incident offers to receive: %+v", d)
		}
		before := office.Get("/incidents/" + p.incident + "/figures").Want(http.StatusOK).Body
		for _, operation := range writes() {
			if slices.ContainsFunc(elsewhere, func(part string) bool { return strings.HasPrefix(operation, part) }) {
				continue
			}
			if all[operation] == nil {
				continue // TestAccessGolden misses its probe
			}
			if needs[operation] != "" {
				p.need = needs[operation]
			}
			answer, _ := all[operation](p, office)
			closed := answer.Status == http.StatusConflict && apptest.Read[api.Problem](answer).Code == "incident_closed"
			switch why := goesOn[operation]; {
			case operation == "incident-reopen":
				office.Post("/incidents/"+p.incident+"/close", because("全部撤离")).Want(http.StatusOK)
			case why == "" && !closed:
				t.Errorf("%s writes in a closed incident: %d %s", operation, answer.Status, answer.Body)
			case why != "" && closed:
				t.Errorf("%s is refused, though %s", operation, why)
			}
		}
		if t.Failed() {
			return
		}
		office.Post("/passes/"+p.pass+"/toll", tollWords(w, "ask")).Refused(http.StatusConflict, "incident_closed")
		after := office.Get("/incidents/" + p.incident + "/figures").Want(http.StatusOK)
		if f := apptest.Read[api.FiguresOut](after); !f.Frozen || f.Closing != 2 {
			t.Errorf("the figures are not frozen: %s before, %s after", before, after.Body)
		}
	})
}

// emptied has everybody leave the incident, and is a line of a hand-back list that was recorded.
func emptied(t *testing.T, office *apptest.Client, p *prepared) (line string) {
	t.Helper()
	line = p.lent()
	office.Post("/parties/"+p.leaver+"/handbacks/"+line+"/record", fields{"id": newID(), "version": 0, "back": 1, "damaged": 0, "lost": 0}).Want(http.StatusOK)
	office.Post("/withdrawals/"+p.wave+"/order", fields{"id": newID(), "version": 0}).Want(http.StatusOK)
	office.Post("/missions/"+p.mission+"/cancel", because("收队")).Want(http.StatusOK)
	second := p.wavePlan(nil, p.crew.ID)
	office.Post("/incidents/"+p.incident+"/withdrawals", second).Want(http.StatusCreated)
	office.Post("/withdrawals/"+second["id"].(string)+"/order", fields{"id": newID(), "version": 0}).Want(http.StatusOK)
	office.Post("/parties/"+p.party+"/turn-back", because("力量已满")).Want(http.StatusOK)
	for _, party := range []string{p.leaver, p.party, p.crew.ID} {
		sheet := apptest.Read[api.DepartureSheet](office.Get("/parties/" + party + "/departure").Want(http.StatusOK))
		office.Post("/parties/"+party+"/check-out", counted(sheet, nil)).Want(http.StatusOK)
	}
	return line
}

// inIncident is a need of the incident, published or not.
func inIncident(t *testing.T, w *apptest.World, office *apptest.Client, p prepared, shown bool) string {
	t.Helper()
	report := ask(t, w, nil)
	need := verified(t, office, report.id, nil)
	office.Post("/incidents/"+p.incident+"/reports", fields{"id": newID(), "reports": []string{report.id}}).Want(http.StatusOK)
	if shown {
		publish(office, need, p.order).Want(http.StatusOK)
	}
	return need
}
