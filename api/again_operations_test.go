package api_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"lianyuan/api"
	"lianyuan/app/apptest"
)

// storiesSentAgain are stories in which, together, every write with an id of its client is carried out. Those of one line are
// told beside each other; what was sent in an earlier line is not sent again in a later one.
var storiesSentAgain = []map[string]func(*testing.T){
	{"every probe": everyProbeSucceeds, "every verb": everyVerbOnce},
	{
		"a team comes and goes": TestOneIncidentThroughNineSteps,
		"people come and go":    TestPeopleOfATeamComeAndGo,
		"the summary":           TestSummaryFromFiguresToPaper,
		"destruction":           TestStepsOfADestructionSentAgainAfterIt,
		"the desk":              TestReceptionDesk,
		"working groups":        TestDistrictLeadsAndCitySupports,
	},
}

// everyVerbOnce takes a record of each life cycle along each verb, from the first state that allows it.
func everyVerbOnce(t *testing.T) {
	t.Helper()
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		for _, m := range machines {
			said := map[string]bool{}
			for _, move := range m.Moves {
				if say := m.verbs[move.Verb]; say != nil && !said[move.Verb] {
					said[move.Verb] = true
					grounds.Delete(w)
					m.say(t, w, m.reach[move.From[0]](t, w), say)
				}
			}
		}
	})
}

// say says a verb of the record at a path.
func (m machine) say(t *testing.T, w *apptest.World, path string, say func(*testing.T, *apptest.World) (string, fields)) {
	t.Helper()
	rest, body := say(t, w)
	who := w.As(cmp.Or(m.as, "office"))
	record := who.Get(path).Want(http.StatusOK).Map()
	if m.view != nil {
		record = m.view(record)
	}
	if body["version"] == now {
		body["version"] = record["version"]
	}
	if id, ok := record["id"].(string); ok {
		rest = strings.ReplaceAll(rest, "{id}", id)
	}
	who.Post(path+rest, body).Want(http.StatusOK)
}

// everyProbeSucceeds sends what the access golden asks, in the name of the first who may, and with the version that stands
// there.
func everyProbeSucceeds(t *testing.T) {
	t.Helper()
	all := everyProbe()
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		p := prepare(t, w)
		for _, o := range slices.Sorted(maps.Keys(all)) {
			if slices.Contains(ends, o) {
				continue
			}
			for _, name := range []string{"qijiang-office", "office", "secadmin", "zonghe"} {
				if a := withTheVersion(t, p, all[o], w.As(name)); a.Status < 300 {
					break
				}
			}
		}
	})
}

// withTheVersion makes the request of a probe; when it saw an old version, once more with the one that stands there.
func withTheVersion(t *testing.T, p prepared, ask probe, c *apptest.Client) *apptest.Answer {
	t.Helper()
	var path string
	var said fields
	a, _ := ask(p, c.Through(func(r *http.Request) (*http.Response, error) {
		text, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		r.Body, path, said = io.NopCloser(bytes.NewReader(text)), r.URL.Path, nil
		if json.Unmarshal(text, &said) != nil { // a file
			said = nil
		}
		return http.DefaultTransport.RoundTrip(r)
	}))
	if a.Status != http.StatusConflict || said == nil {
		return a
	}
	if now, ok := apptest.Read[api.Problem](a).Current.(map[string]any); ok && now["version"] != nil {
		said["version"] = now["version"]
		return c.JSON(http.MethodPost, path, said)
	}
	return a
}

// notSentAgain are the writes whose command carries no id of its client, and why; and what no story can carry out.
var notSentAgain = map[string]string{
	"account-link":   "a new link each time: the one before opens nothing any more",
	"enrolment-read": "reads",
	"enrolment-end":  "the token counts once",
	"grant-confirm":  "a grant is confirmed once, by its state",
	"grant-revoke":   "a grant is revoked once, by its state",
	"roster-reveal":  "each reading is journalled",
	"liaison-reveal": "each reading is journalled",
	"member-reveal":  "each reading is journalled",
	"team-reveal":    "each reading is journalled",
	"party-reveal":   "each reading is journalled",
	"report-reveal":  "each reading is journalled",
	"report-look":    "each look is kept",
	"notice-read":    "what is read is read, however often it is said",
	"offer-preview":  "reads",
	"receipt-read":   "reads",
	"session-open":   "each is a session of its own",
	"session-close":  "what is ended is ended",
	"session-end":    "what is ended is ended",
	"setup":          "the code counts once",
	"sms-receipt":    "the id is the message's, which only goes on",
	"outbox-resend":  "no story has a gateway: domain/notice sends it again",
}

// answersAnew are the writes whose second answer is another one, and why.
var answersAnew = map[string]string{
	"account-invite":      "a new link: the one before opens nothing any more",
	"destruction-confirm": "the answer says how far it is",
}

// writesAnew are the tables in which a command writes when it is sent again: what answersAnew says.
var writesAnew = map[string][]string{
	"account-invite":      {"enrolment", "journal"},
	"destruction-confirm": {"journal", "data_key_gone"},
}

// unsaid are fields, by operation, that are no part of what a command says, and why.
var unsaid = map[string]string{
	"report-send asked":    "whoever sends again what was doubted says the same and that it was asked for",
	"report-send incident": "the public names no incident: a cry for help goes to the desk of its place",
	"report-take asked":    "staff need not be asked once more",
	"passage-note place":   "at an access point it is the one on record",
}

// onlyIDs are the writes that say nothing but what record they mean, so that other words are another record.
var onlyIDs = map[string]string{
	"party-person-back": "who is back",
	"party-join-host":   "with whom",
}

// ownOnly are the writes that are open to one person only, with the code that all others hear.
var ownOnly = map[string]string{
	"account-identify": "not_found", // the person
	"scan-attach":      "forbidden", // who recorded the decision
}

// otherValue is another value of a field that has a list of them.
var otherValue = map[string]string{
	"outbox-call outcome": "passed_on",
}

// gone is the code with which a command that was done is refused when the world has gone so far that its answer is there no
// more.
var gone = map[string]string{
	"report-send":    "id_reused",        // destroyed with all that it said
	"account-invite": "account_enrolled", // a link would take the account over
}
