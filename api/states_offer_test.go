package api_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"lianyuan/app/apptest"
	"lianyuan/domain/deployment"
	"lianyuan/domain/need"
	"lianyuan/platform/db"
)

// working is a move of a need that follows from what was approved or ordered.
func working(verb string) func(*apptest.World, string) error {
	return func(w *apptest.World, path string) error {
		id := strings.TrimPrefix(path, "/needs/")
		defer w.App.Needs.Changed(id)
		return w.App.DB.Update(context.Background(), func(tx *db.Tx) error {
			list, err := need.Named(tx, []string{id})
			if err != nil {
				return err
			}
			return w.App.Needs.Advance(tx, list[0], verb, "system")
		})
	}
}

// workedNeed is a published need that has gone through some moves.
func workedNeed(t *testing.T, w *apptest.World, verbs ...string) string {
	t.Helper()
	path := openNeed(t, w)
	publish(w.As("zonghe"), strings.TrimPrefix(path, "/needs/"), instruct(t, w, w.As("zonghe"), nil)).Want(http.StatusOK)
	for _, verb := range verbs {
		if err := working(verb)(w, path); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// ground is what all offers of one world have in common: an incident, a need that never has enough, a team of a
// neighbouring county, which the city approves.
type ground struct{ incident, need, team string }

var grounds sync.Map // *apptest.World → ground

func groundOf(t *testing.T, w *apptest.World) ground {
	t.Helper()
	if g, ok := grounds.Load(w); ok {
		return g.(ground)
	}
	g := ground{running(t, w), publishedNeed(t, w, fields{"teams": 0, "equipment": []fields{}}), enrolTeam(w.As("office"), fields{"home": "500119"})}
	insure(w.As("office"), g.team, nil)
	grounds.Store(w, g)
	return g
}

// offersInEveryState are offers of one person each. What is being approved is deployed first and accepted, so that it
// may be ordered out and signed after.
func offersInEveryState() map[string]func(*testing.T, *apptest.World) string {
	steps := map[string][]string{
		"offered": nil, "matched": {"match"}, "standby": {"stand_by"}, "approving": {"match", "begin", "deploy_first", "accept"},
		"approved": {"match", "begin", "accept", "sign"}, "ordered": {"match", "begin", "deploy_first", "accept", "order"},
		"acknowledged": {"match", "begin", "deploy_first", "accept", "order", "acknowledge"}, "returned": {"send_back"}, "refused": {"decline"},
		"on_site": {"match", "begin", "deploy_first", "accept", "order", "arrive"}, "finished": {"match", "begin", "deploy_first", "accept", "order", "arrive", "finish"},
		"withdrawn": {"withdraw"}, "stood_down": {"match", "begin", "deploy_first", "accept", "order", "stand_down"},
	}
	reach := map[string]func(*testing.T, *apptest.World) string{}
	for state, verbs := range steps {
		reach[state] = func(t *testing.T, w *apptest.World) string {
			t.Helper()
			g, office := groundOf(t, w), w.As("office")
			o := offer(t, office, fields{
				"id": newID(), "team": g.team, "incident": g.incident, "needs": []string{g.need}, "persons": []string{enlist(office, g.team)}, "days": 3,
				"eta": w.Now().Add(3 * time.Hour), "origin": "队部",
			})
			for _, verb := range verbs {
				if onSite := offersOnSite()[verb]; onSite != nil {
					if err := onSite(w, "/offers/"+o.ID); err != nil {
						t.Fatal(err)
					}
					continue
				}
				office.Post("/offers/"+o.ID+"/"+verb, offerWords(t, w, verb)).Want(http.StatusOK)
			}
			return "/offers/" + o.ID
		}
	}
	return reach
}

var errNotMoved = errors.New("the offer is where it was")

// offersOnSite are the moves of an offer that follow from how its team is received and comes home.
func offersOnSite() map[string]func(*apptest.World, string) error {
	move := func(fn func(tx *db.Tx, actor, offer string) error) func(*apptest.World, string) error {
		return func(w *apptest.World, path string) error {
			id := strings.TrimPrefix(path, "/offers/")
			return w.App.DB.Update(context.Background(), func(tx *db.Tx) error {
				before, err := deployment.StateOf(tx, id)
				if err != nil {
					return err
				}
				if err := fn(tx, "system", id); err != nil {
					return err
				}
				if after, err := deployment.StateOf(tx, id); err != nil || after != before {
					return err
				}
				return errNotMoved
			})
		}
	}
	return map[string]func(*apptest.World, string) error{"arrive": move(deployment.Arrived), "finish": move(deployment.Finished)}
}

// offerWords is what each verb says.
func offerWords(t *testing.T, w *apptest.World, verb string) fields {
	t.Helper()
	g := groundOf(t, w)
	switch verb {
	case "match":
		return fields{"id": newID(), "version": 0, "needs": []string{g.need}}
	case "begin", "acknowledge":
		return fields{"id": newID(), "version": 0}
	case "deploy_first":
		return merge(because("情况有变"), fields{"cause": "imminent"})
	case "sign":
		return fields{"id": newID(), "version": 0, "station": 1, "result": "agree"}
	case "order":
		return fields{"id": newID(), "version": 0, "reportTo": "接待员", "reportAt": "北渡集结区", "by": w.Now().Add(4 * time.Hour), "contact": "023-00000110"}
	case "correct":
		return fields{
			"id": newID(), "version": 0, "needs": []string{g.need}, "persons": []string{enlist(w.As("office"), g.team)}, "days": 2,
			"eta": w.Now().Add(3 * time.Hour), "origin": "队部",
		}
	}
	return because("情况有变")
}

func offerVerbs() map[string]func(*testing.T, *apptest.World) (string, fields) {
	verbs := map[string]func(*testing.T, *apptest.World) (string, fields){}
	for _, verb := range []string{"match", "stand_by", "take_up", "begin", "accept", "send_back", "decline", "correct", "withdraw", "deploy_first", "order", "acknowledge", "stand_down"} {
		verbs[verb] = func(t *testing.T, w *apptest.World) (string, fields) {
			t.Helper()
			return "/" + verb, offerWords(t, w, verb)
		}
	}
	for _, result := range []string{"agree", "return", "refuse"} {
		verbs[result] = func(*testing.T, *apptest.World) (string, fields) {
			return "/sign", fields{"id": newID(), "version": 0, "station": 1, "result": result, "reason": "情况有变"}
		}
	}
	return verbs
}
