package incident

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/org"
	"lianyuan/domain/parameter"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
	"lianyuan/platform/input"
	"lianyuan/platform/lifecycle"
)

// Roster is an edition of who works in the groups. One edition is worked on at a time; the newest approved one is in
// force (S004-74).
type Roster struct {
	ID        string
	Edition   int
	State     string
	Persons   []Person
	Submitted time.Time
	Decision  *Decision // of headquarters
	Version   int64
}

// Person is somebody in a group: a post filled by a unit, not an account.
type Person struct {
	Group org.Group
	Unit  string // name
	Name  string
	Post  string // in the group: 组长, 副组长, 成员
	Duty  string
	Phone string // sealed in the row
}

// Rosters is the life cycle of an edition. Approving and returning are decisions of headquarters, recorded on its behalf.
var Rosters = &lifecycle.Machine{
	Name: "roster",
	States: []lifecycle.State{
		{Key: "draft", Zh: "拟制中", En: "draft", Chip: "todo"},
		{Key: "submitted", Zh: "报批中", En: "submitted", Chip: "doing"},
		{Key: "returned", Zh: "退回修改", En: "returned", Chip: "back"},
		{Key: "approved", Zh: "已批准", En: "approved", Chip: "done"},
	},
	Moves: []lifecycle.Move{
		{Verb: "save", From: []string{"draft", "returned"}, To: "draft", Zh: "保存名册", En: "save", May: string(access.IncidentEdit)},
		{Verb: "save", From: []string{"approved"}, To: "draft", Zh: "另拟新一版", En: "begin a new edition", May: string(access.IncidentEdit)},
		{Verb: "submit", From: []string{"draft"}, To: "submitted", Zh: "报指挥部批准", En: "submit to headquarters", May: string(access.IncidentEdit)},
		{Verb: "approve", From: []string{"submitted"}, To: "approved", Zh: "登记批准", En: "record approval", May: string(access.IncidentDecide), Needs: []string{"decidedBy", "how", "decidedAt"}},
		{Verb: "return", From: []string{"submitted"}, To: "returned", Zh: "登记退回", En: "record return", May: string(access.IncidentDecide), Needs: []string{"decidedBy", "how", "decidedAt"}},
	},
}

const maxPersons = 300

func checkPersons(persons []Person) error {
	var c input.Check
	c.Bad(len(persons) > maxPersons, "persons", "too_many", "名册人数过多", "too many persons")
	for i := range persons[:min(len(persons), maxPersons)] {
		p := &persons[i]
		at := func(field string) string { return fmt.Sprintf("persons[%d].%s", i, field) }
		c.One(string(p.Group), at("group"), groupKeys()...)
		c.Line(&p.Unit, at("unit"), 60, true)
		c.Line(&p.Name, at("name"), 30, true)
		c.Line(&p.Post, at("post"), 30, false)
		c.Line(&p.Duty, at("duty"), 100, false)
		c.Number(&p.Phone, at("phone"), 40, false)
	}
	return c.Err()
}

func groupKeys() []string {
	keys := make([]string, len(org.Groups))
	for i, g := range org.Groups {
		keys[i] = string(g)
	}
	return keys
}

// ErrRosterEmpty says that a group has nobody in it.
var ErrRosterEmpty = fault.New(fault.Conflict, "roster.group_empty", "已成立的各组均应有人员，方可报批", "each group that was formed needs somebody before the roster is submitted")

// The parameters of how a mechanism is formed: the groups created on activation (S004-21), and from how many teams on the
// upper level might send a working group (S004-47).
const (
	groupsFormed    = "coord.groups"
	teamsToEscalate = "coord.escalation.teams"
)

// groupNames are the groups as the parameter names them.
var groupNames = map[string]org.Group{"综合": org.General, "协调": org.Coordination, "保障": org.Support}

// groupsOf reads the names of groups, in the order of the documents.
func groupsOf(value string) (list []org.Group, err error) {
	named := map[org.Group]bool{}
	for name := range strings.SplitSeq(value, "/") {
		g, known := groupNames[strings.TrimSpace(name)]
		if !known || named[g] {
			return nil, fault.InvalidField("body.value", "unknown", "应为综合、协调、保障中的一个或几个，以“/”分隔", "one or more of 综合, 协调, 保障 with a stroke between")
		}
		named[g] = true
	}
	for _, g := range org.Groups {
		if named[g] {
			list = append(list, g)
		}
	}
	return list, nil
}

// formed are the groups of an incident: those that counted where it is commanded when it was activated.
func (s *Service) formed(i Incident) ([]org.Group, parameter.Used, error) {
	u, err := s.params.For(i.Place, groupsFormed, i.ActivatedAt)
	if err != nil {
		return nil, u, err
	}
	list, err := groupsOf(u.Value)
	return list, u, err
}

// SaveRoster writes the edition that is worked on; after an approval it begins the next one, and the approved one stays
// in force until the new one is approved too. version 0: there is none open.
func (s *Service) SaveRoster(ctx context.Context, command, incident string, version int64, persons []Person) error {
	if err := checkPersons(persons); err != nil {
		return err
	}
	sealed, err := s.sealPhones(ctx, incident, persons)
	if err != nil {
		return err
	}
	said := struct {
		Version int64
		Persons []Person
	}{version, persons}
	return s.rosterStep(ctx, command, incident, "save", said, func(tx *db.Tx, i Incident, r *Roster, _ string) error {
		if version != r.Version {
			return fault.ErrVersionStale.WithCurrent(map[string]any{"state": r.State, "version": r.Version})
		}
		if r.ID == "" {
			last, version, err := lastEdition(tx, incident)
			if err != nil {
				return err
			}
			// Its versions go on from there: whoever saw the last edition did not see this one.
			*r = Roster{ID: id.New(), Edition: last + 1, State: "draft", Version: version}
			if err := insertRoster(tx, i.ID, *r); err != nil {
				return err
			}
		}
		if err := keepNumbers(tx, i.ID, r.Persons, persons, sealed); err != nil {
			return err
		}
		r.Persons = persons
		return savePersons(tx, r.ID, persons, sealed)
	})
}

// keepNumbers leaves the number of a person who is written down without one as it was: pages show numbers masked and
// cannot send them back.
func keepNumbers(tx *db.Tx, incident string, before, persons []Person, sealed [][]byte) error {
	inForce, err := rosterInForce(tx, incident)
	if err != nil {
		return err
	}
	known := slices.Concat(before, inForce.Persons)
	for i, p := range persons {
		if p.Phone != "" {
			continue
		}
		at := slices.IndexFunc(known, func(k Person) bool { return k.Name == p.Name && k.Unit == p.Unit })
		if at >= 0 {
			sealed[i] = []byte(known[at].Phone)
		}
	}
	return nil
}

// SubmitRoster lays the edition before headquarters.
func (s *Service) SubmitRoster(ctx context.Context, command, incident string, version int64) error {
	return s.rosterStep(ctx, command, incident, "submit", version, func(tx *db.Tx, i Incident, r *Roster, _ string) error {
		if version != r.Version {
			return fault.ErrVersionStale.WithCurrent(map[string]any{"state": r.State, "version": r.Version})
		}
		formed, _, err := s.formed(i)
		if err != nil {
			return err
		}
		for _, g := range formed {
			if !slices.ContainsFunc(r.Persons, func(p Person) bool { return p.Group == g }) {
				return ErrRosterEmpty
			}
		}
		r.Submitted = tx.Now
		return nil
	})
}

// DecideRoster records what headquarters decided of the edition that lies before it: verb is approve or return.
func (s *Service) DecideRoster(ctx context.Context, incident, verb string, version int64, d Decision) error {
	d.About = "roster"
	var c input.Check
	d.check(&c, "", s.clock.Now())
	c.One(verb, "verb", "approve", "return")
	if err := c.Err(); err != nil {
		return err
	}
	said := struct {
		Version  int64
		Verb     string
		Decision Decision
	}{version, verb, d}
	return s.rosterStep(ctx, d.ID, incident, verb, said, func(tx *db.Tx, i Incident, r *Roster, by string) error {
		if version != r.Version {
			return fault.ErrVersionStale.WithCurrent(map[string]any{"state": r.State, "version": r.Version})
		}
		r.Decision = &d
		return s.record(tx, i, r.Decision, by)
	})
}

// rosterStep is the walk of every use case on the open edition: the incident is held, so that there is one at a time.
func (s *Service) rosterStep(ctx context.Context, command, incident, verb string, said any, change func(tx *db.Tx, i Incident, r *Roster, by string) error) error {
	may := access.IncidentEdit
	if verb == "approve" || verb == "return" {
		may = access.IncidentDecide
	}
	return s.within(ctx, incident, may, command, "roster_"+verb, said, func(tx *db.Tx, i *Incident, actor access.Actor) (string, error) {
		if err := i.Runs(); err != nil {
			return "", err
		}
		r, err := openRoster(tx, i.ID)
		if err != nil {
			return "", err
		}
		from := r.State
		if r.ID == "" {
			from = "draft"
			if approved, err := rosterApproved(tx, i.ID); err != nil {
				return "", err
			} else if approved {
				from = "approved"
			}
		}
		to, err := Rosters.To(from, verb)
		if err != nil {
			return "", err
		}
		if err := change(tx, *i, &r, actor.Account); err != nil {
			return "", err
		}
		r.State = to
		r.Version++
		i.about, i.was = map[string]any{"roster": r.State, "edition": r.Edition}, i.was.With("roster", from)
		if err := saveRoster(tx, r); err != nil {
			return "", err
		}
		return "roster_" + map[string]string{"save": "saved", "submit": "submitted", "approve": "approved", "return": "returned"}[verb], nil
	})
}

// sealPhones seals the numbers of a roster. They stand under a key of their own: rosters are archive and stay when the
// data of people in need are destroyed (突发事件应对法 art. 85, 94).
func (s *Service) sealPhones(ctx context.Context, incident string, persons []Person) ([][]byte, error) {
	key, err := s.keeper.For(ctx, "roster")
	if err != nil {
		return nil, err
	}
	sealed := make([][]byte, len(persons))
	for i, p := range persons {
		if sealed[i], err = key.Seal([]byte(p.Phone), "roster:"+incident); err != nil {
			return nil, err
		}
	}
	return sealed, nil
}
