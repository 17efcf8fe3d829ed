package api_test

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/domain/team"
	"lianyuan/platform/clock"
	"lianyuan/platform/live"
)

// who is one line of the golden: a role, and a client for each column.
type who struct {
	role    string
	columns []column
}

type column struct {
	name  string
	fresh func() *apptest.Client
}

// everybody is every role at its own, a parent, a sibling and a child place of the records; a leader of the team that is
// one of the records, of another team of the place and of one elsewhere; and nobody, at both listeners.
func everybody(w *apptest.World, own string) []who {
	relations := []struct {
		name string
		path place.Path
	}{{"own", apptest.Qijiang}, {"parent", apptest.City}, {"sibling", apptest.Nanchuan}, {"child", apptest.Gunan}}
	signedIn := func(login string, g access.Grant) column {
		w.Account(login, "某人")
		w.Grant(login, g)
		return column{fresh: func() *apptest.Client {
			w.Clock.Advance(4 * time.Second) // so that the limit of one address is no part of this
			return w.SignIn(login, apptest.Password)
		}}
	}
	var all []who
	for _, role := range access.Roles() {
		line := who{role: string(role)}
		if role == access.Leader {
			teams := []string{own, w.Team(team.Team{Name: "水上应急0队", Place: apptest.Qijiang}), w.Team(team.Team{Name: "水上应急1队", Place: apptest.Nanchuan})}
			for i, of := range teams {
				c := signedIn(fmt.Sprintf("leader-%d", i), access.Grant{Role: role, Team: of})
				c.name = []string{"own_team", "team_here", "team_elsewhere"}[i]
				line.columns = append(line.columns, c)
			}
		} else {
			for _, r := range relations {
				c := signedIn(string(role)+"-"+r.name, access.Grant{Role: role, Place: r.path})
				c.name = r.name
				line.columns = append(line.columns, c)
			}
			if role.Administrator() { // they stand for the whole installation
				c := signedIn(string(role)+"-nation", access.Grant{Role: role, Place: place.Root})
				c.name = "nation"
				line.columns = append(line.columns, c)
			}
		}
		all = append(all, line)
	}
	return append(all,
		who{"no grant", []column{{"anywhere", func() *apptest.Client {
			if w.ID("nobody") == "" {
				w.Account("nobody", "某人")
			}
			return w.SignIn("nobody", apptest.Password)
		}}}},
		who{"public", []column{{"staff_listener", w.Stranger}, {"public_listener", w.Public}}})
}

// afterTheRight are the conflicts that only somebody hears who has the right: the state of the record was not.
var afterTheRight = []string{
	"transition", "version_stale", "decision.confirmed", "response.ended", "directive.lifted", "pass.not_vouched", "mechanism.exists",
	"mechanism.not_member", "summary.not_frozen", "summary.not_closed", "summary.blank",
	"destruction.under_way",
}

func verdict(t *testing.T, a *apptest.Answer, sees string) string {
	t.Helper()
	switch {
	case a.Status < 300 && sees != "" && !bytes.Contains(a.Body, []byte(sees)):
		return "hidden"
	case a.Status < 300:
		return "allow"
	case a.Status == http.StatusConflict:
		if code := apptest.Read[api.Problem](a).Code; !slices.Contains(afterTheRight, code) {
			t.Errorf("%s: a conflict of another kind: %s", a.What, a.Body)
		}
		return "allow" // the right was there, the state was not
	}
	p := apptest.Read[api.Problem](a)
	if p.Code == "handover.not_your_group" {
		return "forbidden"
	}
	if p.Code == "setup_closed" || p.Code == "link_invalid" {
		return "allow" // anybody may try; the code or the token is the right
	}
	if words := []string{"forbidden", "own_team", "not_found", "signed_out", "no_operation"}; !slices.Contains(words, p.Code) {
		t.Errorf("%s: this probe says nothing about rights: %d %s", a.What, a.Status, a.Body)
	}
	return p.Code
}

// access.golden is who may do what: every operation for every role at its own, a parent, a sibling and a child place of
// the record, found out by real requests. UPDATE_GOLDEN=1 writes it anew; read the diff.
func TestAccessGolden(t *testing.T) {
	maps.Copy(probes, offerProbes)
	maps.Copy(probes, passProbes)
	maps.Copy(probes, summaryProbes)
	maps.Copy(probes, receptionProbes)
	maps.Copy(probes, withdrawalProbes)
	maps.Copy(probes, noticeProbes)
	maps.Copy(probes, missionProbes)
	maps.Copy(probes, destructionProbes)
	a := api.New(api.Services{Clock: clock.System{}, Live: &live.Hub{}})
	a.Staff(http.NewServeMux())
	operations := []string{"live"}
	for _, item := range a.Spec().Paths {
		for _, o := range []*huma.Operation{item.Get, item.Put, item.Post, item.Delete, item.Options, item.Head, item.Patch, item.Trace} {
			if o != nil {
				operations = append(operations, o.OperationID)
			}
		}
	}
	slices.Sort(operations)
	for _, o := range operations {
		if probes[o] == nil {
			t.Errorf("nobody tries %s: add a probe, so that access.golden says who may do it", o)
		}
	}
	for o := range probes {
		if !slices.Contains(operations, o) {
			t.Errorf("there is no operation %s any more", o)
		}
	}
	if t.Failed() {
		return
	}
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		p := prepare(t, w)
		lines := map[string][]string{}
		for _, one := range everybody(w, p.team) {
			clients := make([]*apptest.Client, len(one.columns))
			for _, o := range operations {
				var b strings.Builder
				fmt.Fprintf(&b, "%-19s %-13s", o, one.role)
				for i, col := range one.columns {
					if clients[i] == nil || slices.Contains(ends, o) {
						clients[i] = col.fresh()
					}
					answer, sees := probes[o](p, clients[i])
					fmt.Fprintf(&b, " %-24s", col.name+"="+verdict(t, answer, sees))
					if slices.Contains(ends, o) {
						clients[i] = nil
					}
				}
				lines[o] = append(lines[o], strings.TrimRight(b.String(), " "))
			}
		}
		var out strings.Builder
		for i, o := range operations {
			if i > 0 {
				out.WriteByte('\n')
			}
			out.WriteString(strings.Join(lines[o], "\n") + "\n")
		}
		golden(t, "access.golden", out.String())
	})
}
