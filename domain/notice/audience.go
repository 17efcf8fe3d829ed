package notice

import (
	"slices"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/deployment"
	"lianyuan/domain/incident"
	"lianyuan/domain/need"
	"lianyuan/domain/org"
	"lianyuan/domain/place"
	"lianyuan/platform/db"
)

// addressee is a person, or a team with the accounts that lead it: it may have none.
type addressee struct {
	team     string
	accounts []string
}

// event is what is told: a row of the journal, or a deadline that has passed.
type event struct {
	subject  string
	place    place.Path
	desks    []place.Path // whose office it is now: of the place, and of whoever took over since it ended
	incident string
	actor    string // who did it, and need not be told
	at       time.Time
	body     body
	offers   *deployment.Service
}

// audience says whom an event is for, as things stand now.
type audience func(tx *db.Tx, e event) ([]addressee, error)

// persons are addressees one by one, but for who did it.
func persons(e event, accounts []string, err error) ([]addressee, error) {
	var list []addressee
	for _, a := range accounts {
		if a != e.actor && a != "" {
			list = append(list, addressee{accounts: []string{a}})
		}
	}
	return list, err
}

// teams are addressees with all who lead them.
func teams(tx *db.Tx, ids []string, err error) ([]addressee, error) {
	var list []addressee
	for _, t := range ids {
		if err == nil && t != "" {
			var leads []string
			leads, err = access.LeadersOf(tx, t)
			list = append(list, addressee{team: t, accounts: leads})
		}
	}
	return list, err
}

// leader is the team that the row names.
func leader(tx *db.Tx, e event) ([]addressee, error) {
	return teams(tx, []string{e.body.text("team")}, nil)
}

// teamsNamed are the teams that the row lists.
func teamsNamed(tx *db.Tx, e event) ([]addressee, error) {
	var ids []string
	list, _ := e.body["teams"].([]any)
	for _, x := range list {
		id, _ := x.(string)
		ids = append(ids, id)
	}
	return teams(tx, ids, nil)
}

// teamsFor are the teams whose live offer names the need and who count on it (S004-50).
func teamsFor(tx *db.Tx, e event) ([]addressee, error) {
	ids, err := deployment.TeamsFor(tx, e.subject, e.at)
	return teams(tx, ids, err)
}

// readersOf are the teams that have read the need and have no live offer that names it.
func readersOf(tx *db.Tx, e event) ([]addressee, error) {
	ids, err := need.SeenBy(tx, e.subject, e.at)
	if err != nil {
		return nil, err
	}
	counted, err := deployment.TeamsFor(tx, e.subject, e.at)
	return teams(tx, slices.DeleteFunc(ids, func(t string) bool { return slices.Contains(counted, t) }), err)
}

// teamsIn are the teams with a live offer to the incident.
func teamsIn(tx *db.Tx, e event) ([]addressee, error) {
	ids, err := deployment.TeamsIn(tx, e.incident, e.at)
	return teams(tx, ids, err)
}

// office is the coordination office of the place.
func office(tx *db.Tx, e event) ([]addressee, error) {
	ids, err := access.HoldersOf(tx, access.Office, e.desks, e.incident)
	return persons(e, ids, err)
}

// groups are the office and all three groups.
func groups(tx *db.Tx, e event) (list []addressee, err error) {
	for _, r := range []access.Role{access.Office, access.General, access.Coordination, access.Support} {
		ids, err := access.HoldersOf(tx, r, e.desks, e.incident)
		if err != nil {
			return nil, err
		}
		more, err := persons(e, ids, nil)
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	return list, nil
}

// workers are those who work the queue of a group; until headquarters has approved the roster the office does (S004-74).
func workers(g org.Group) audience {
	return func(tx *db.Tx, e event) ([]addressee, error) {
		acts, err := incident.GroupsAct(tx, e.incident)
		if err != nil {
			return nil, err
		}
		if !acts {
			return office(tx, e)
		}
		ids, err := access.HoldersOf(tx, roles[g], e.desks, e.incident)
		if err == nil && len(ids) == 0 {
			return office(tx, e)
		}
		return persons(e, ids, err)
	}
}

// group is workers of the group that a field of the row names.
func group(field string) audience {
	return func(tx *db.Tx, e event) ([]addressee, error) { return workers(org.Group(e.body.text(field)))(tx, e) }
}

// groupsOf is workers of each group that a list of the row names.
func groupsOf(field string) audience {
	return func(tx *db.Tx, e event) (all []addressee, err error) {
		names, _ := e.body[field].([]any)
		for _, n := range names {
			g, _ := n.(string)
			list, err := workers(org.Group(g))(tx, e)
			if err != nil {
				return nil, err
			}
			all = append(all, list...)
		}
		return all, nil
	}
}

// signer is who signs at the station that an offer waits at: the officer, or who holds the office where none is named. What an
// authority decides that does not sign here is recorded by the coordination group.
func signer(tx *db.Tx, e event) ([]addressee, error) {
	w, ok, err := deployment.OpenAt(tx, e.subject)
	if err != nil || !ok {
		return nil, err
	}
	if e.offers.Outside(w.Place) {
		return workers(org.Coordination)(tx, e)
	}
	desks, err := e.offers.DesksOf(tx, w.Place)
	if err != nil {
		return nil, err
	}
	return officers(tx, e, desks)
}

// officers are at each desk of an authority its officer, or who holds the office where none is named.
func officers(tx *db.Tx, e event, desks []deployment.Desk) (list []addressee, err error) {
	for _, d := range desks {
		ids := []string{d.Officer}
		if d.Officer == "" {
			ids, err = access.SignersAt(tx, access.DeploymentSign, d.Place)
		}
		more, err := persons(e, ids, err)
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	return list, nil
}

// deputies are who may sign for the officers of an authority past the deadline.
func deputies(e event, desks []deployment.Desk) []addressee {
	var ids []string
	for _, d := range desks {
		ids = append(ids, d.Deputy)
	}
	list, _ := persons(e, ids, nil)
	return list
}

// superior is who may sign for the authority above the station that an offer waits at.
func superior(tx *db.Tx, e event) ([]addressee, error) {
	w, ok, err := deployment.OpenAt(tx, e.subject)
	if err != nil || !ok {
		return nil, err
	}
	up, ok := e.offers.Above(w, tx.Now)
	if !ok {
		return nil, nil
	}
	desks, err := e.offers.DesksOf(tx, up)
	if err != nil {
		return nil, err
	}
	list, err := officers(tx, e, desks)
	return append(list, deputies(e, desks)...), err
}

// deputy is who may sign past the deadline; where none is named, the officer is reminded.
func deputy(tx *db.Tx, e event) ([]addressee, error) {
	w, ok, err := deployment.OpenAt(tx, e.subject)
	if err != nil || !ok {
		return nil, err
	}
	desks, err := e.offers.DesksOf(tx, w.Place)
	if err != nil {
		return nil, err
	}
	if list := deputies(e, desks); len(list) > 0 {
		return list, nil
	}
	return signer(tx, e)
}
