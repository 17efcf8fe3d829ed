package api_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"lianyuan/app/apptest"
	"lianyuan/domain/access"
)

// access_incident.golden is what a grant that is bound to an incident opens of its reports and needs, for every role: in
// the incident, and in another one. UPDATE_GOLDEN=1 writes it anew; read the diff.
func TestAccessByIncidentGolden(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, group := w.As("office"), w.As("zonghe")
		in := running(t, w)
		approveRoster(t, w, office, in)
		other := flood(t, w, nil)
		p := prepared{World: w, order: instruct(t, w, group, fields{"place": "500119"}), incident: in}
		p.report, p.seen = ask(t, w, fields{"point": inNanchuan}), ask(t, w, fields{"point": inNanchuan})
		first, second := ask(t, w, fields{"point": inNanchuan}), ask(t, w, fields{"point": inNanchuan})
		p.need, p.published = verified(t, group, first.id, nil), verified(t, group, second.id, nil)
		office.Post("/incidents/"+in+"/reports", fields{"id": newID(), "reports": []string{p.report.id, p.seen.id, first.id, second.id}}).Want(http.StatusOK)
		publish(group, p.need, p.order).Want(http.StatusOK)
		publish(group, p.published, p.order).Want(http.StatusOK)

		var operations []string
		for _, o := range slices.Sorted(maps.Keys(probes)) {
			if (strings.HasPrefix(o, "report-") || strings.HasPrefix(o, "need-")) && o != "report-send" && o != "need-public" {
				operations = append(operations, o)
			}
		}
		var out strings.Builder
		for _, role := range access.Roles() {
			if role == access.Leader || role.Administrator() {
				continue // bound to a team, or to the whole installation
			}
			var clients []*apptest.Client
			for i, bound := range []string{in, other} {
				login := fmt.Sprintf("%s-in-%d", role, i)
				w.Account(login, "某人")
				w.Grant(login, access.Grant{Role: role, Incident: bound})
				w.Clock.Advance(4 * time.Second)
				clients = append(clients, w.SignIn(login, apptest.Password))
			}
			for _, o := range operations {
				fmt.Fprintf(&out, "%-19s %-13s", o, role)
				for i, c := range clients {
					answer, sees := probes[o](p, c)
					fmt.Fprintf(&out, " %s=%s", []string{"incident", "other_incident"}[i], verdict(t, answer, sees))
				}
				out.WriteByte('\n')
			}
		}
		golden(t, "access_incident.golden", out.String())
	})
}
