package reception

import (
	"slices"
	"strings"
	"time"

	"lianyuan/domain/deployment"
	"lianyuan/domain/parameter"
	"lianyuan/domain/place"
	"lianyuan/platform/db"
)

const decided = `EXISTS (SELECT 1 FROM journal j WHERE j.kind = 'party' AND j.subject = p.id AND j.verb = 'party.$verb')`

// partyParts are the parties behind each figure. after_enough is no condition on the row alone: lateComers finds it.
var partyParts = db.Parts{
	"all": "1 = 1", "inside": "p.people > 0", "self_deployed": "p.state = 'self_deployed'", "leaving": "p.state IN ('leaving', 'turned_back')",
	"out": "p.state IN ('checked_out', 'home_safe') AND p.host = ''", "home": "p.state = 'home_safe'",
	"home_late": "p.state = 'checked_out' AND p.home_due <> 0 AND p.home_due < $at", "unapproved": "p.unapproved",
	"turned_back": strings.Replace(decided, "$verb", "turned_back", 1), "regularised": strings.Replace(decided, "$verb", "regularised", 1),
	"absent": "p.missing > 0", "extra": "p.extra > 0", "with_offer": "p.offer <> ''", "after_enough": "p.offer <> ''",
	"lent":    "EXISTS (SELECT 1 FROM handback h WHERE h.party = p.id)",
	"back":    "EXISTS (SELECT 1 FROM handback h WHERE h.party = p.id AND h.at <> 0 AND h.back + h.used >= h.lent)",
	"damaged": "EXISTS (SELECT 1 FROM handback h WHERE h.party = p.id AND h.damaged + h.lost > 0)",
	"first":   "p.arrived_at = (SELECT min(f.arrived_at) FROM party f WHERE f.incident = p.incident)",
}

// latest is a condition on presences, of which only the last of each person counts: who left and came back, or came with
// two teams, is one.
func latest(cond string) string {
	again := strings.ReplaceAll(cond, "x.", "y.")
	return cond + ` AND NOT EXISTS (SELECT 1 FROM presence y WHERE y.incident = x.incident AND y.person = x.person AND (y.in_at, y.id) > (x.in_at, x.id) AND ` + again + `)`
}

const came = `x.out_why <> 'mistaken'`

// peopleParts are the people behind each figure; $at is since when somebody must have had no mission to be idle for long.
// Who came without approval is that, and not idle; who was approved later counts from then on.
var peopleParts = db.Parts{
	"inside": "x.out_at = 0", "free": "x.out_at = 0 AND x.mission = ''", "busy": "x.out_at = 0 AND x.mission <> ''",
	"came": latest(came), "walk_ins": latest(came + ` AND x.kind = 'walk_in'`), "unaccounted": "x.out_at = 0 AND x.out_why = 'missing'",
	"hurt":       latest(`x.out_why IN ('injured', 'hospital')`),
	"unapproved": "x.out_at = 0 AND p.state IN ('self_deployed', 'turned_back')",
	"idle_long": `x.out_at = 0 AND x.mission = '' AND x.since < $at AND p.state NOT IN ('self_deployed', 'turned_back')
		AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.kind = 'party' AND j.subject = p.id AND j.verb = 'party.regularised' AND j.at >= $at)`,
}

const people = `presence x JOIN party p ON p.id = x.party`

// waveParts are the waves behind each figure.
var waveParts = db.Parts{"ordered": "state IN ('ordered', 'done')"}

// Crowd is who is inside now.
type Crowd struct {
	Inside     int
	Unapproved int // came without approval
	Idle       int // of the others, without a mission for longer than a limit
}

// CrowdOf counts the people inside of an incident. For contexts above.
func CrowdOf(tx *db.Tx, incident string, now time.Time, limit time.Duration) (Crowd, error) {
	n, err := peopleParts.Count(tx, now.Add(-limit), []string{"inside", "unapproved", "idle_long"}, people, "x.incident = $1", incident)
	return Crowd{n["inside"], n["unapproved"], n["idle_long"]}, err
}

// AfterEnough says which parties came with an offer, and which of these offers came when each of their needs had enough
// already, by what dispatch.saturation says (S004-07, waste). For contexts above; the caller has decided who asks.
func AfterEnough(tx *db.Tx, incident string, params *parameter.Service, now time.Time) (arrivals []deployment.Arrival, late []string, err error) {
	if arrivals, err = arrivalsIn(tx, incident); err != nil {
		return nil, nil, err
	}
	late, err = deployment.AfterEnough(tx, incident, arrivals, func(p place.Path) (float64, error) {
		n, _, err := params.Number(p, "dispatch.saturation", now)
		return n, err
	})
	return arrivals, late, err
}

// counted are the parties of a list that a figure counts.
func (s *Service) counted(tx *db.Tx, in, figure string, list []Party) ([]Party, error) {
	if figure != "after_enough" {
		return list, nil
	}
	_, late, err := AfterEnough(tx, in, s.params, s.clock.Now())
	return slices.DeleteFunc(list, func(p Party) bool { return !slices.Contains(late, p.Offer) }), err
}
