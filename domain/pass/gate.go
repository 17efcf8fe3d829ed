package pass

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/deployment"
	"lianyuan/domain/incident"
	"lianyuan/domain/parameter"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
)

// GateList is what a gate goes by without network, signed as one text.
type GateList struct {
	Text      string // JSON of Listed
	Signature []byte // over a domain of its own and Text
	Public    ed25519.PublicKey
	Handed    []Handed // by the keys of before: a gate follows them from the one it knows
	Ended     []Ended  // keys whose codes count no more, whatever list a gate goes by
}

// Listed is what the text of a list says. A list with a lower number, or of the same number and an earlier moment, never
// replaces another. MaxAge and Skew are minutes, from the parameters.
type Listed struct {
	No      int64         `json:"no"`
	At      time.Time     `json:"at"`
	MaxAge  int           `json:"maxAge"`
	Skew    int           `json:"skew"`
	Passes  []ListedPass  `json:"passes"`
	Revoked []Revoked     `json:"revoked"`
	Used    []string      `json:"used"`
	Points  []ListedPoint `json:"points"`
	// Incidents are those that run at the places of the guard, who chooses among several where no access point says it.
	Incidents []ListedIncident `json:"incidents"`
	// Drills are the numbers of incidents that are drills: a pass of one is valid only at a gate that takes part in it.
	Drills []string `json:"drills"`
	// Homeward are the numbers of passes whose teams were told to turn round: out, and not in again.
	Homeward []string `json:"homeward"`
	// Keys are those of before whose codes count, in base64: a device that is new has never met them.
	Keys []string `json:"keys"`
}

// ListedIncident is an incident that a guard may choose.
type ListedIncident struct {
	ID     string   `json:"id"`
	Number string   `json:"number"`
	Name   string   `json:"name"`
	Places []string `json:"places"` // division codes
}

// ListedPoint is an open access point that a guard may choose.
type ListedPoint struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Place     string `json:"place"` // division code
	PlaceName string `json:"placeName"`
	Incident  string `json:"incident"` // number
	Zone      string `json:"zone"`     // name of what it guards; ""
}

// ListedPass is a pass in force, without anybody's name.
type ListedPass struct {
	Number      string    `json:"number"`
	Plate       string    `json:"plate"`
	Colour      string    `json:"colour"`
	Kind        string    `json:"kind"`
	Team        string    `json:"team"`
	Crew        int       `json:"crew"`
	Load        string    `json:"load"`
	Route       string    `json:"route"`
	Destination string    `json:"destination"` // name
	Incident    string    `json:"incident"`    // number
	OutFrom     time.Time `json:"outFrom"`
	OutTo       time.Time `json:"outTo"`
	BackFrom    time.Time `json:"backFrom"`
	BackTo      time.Time `json:"backTo"`
	Toll        string    `json:"toll"`
	Escort      Led       `json:"escort,omitzero"` // the police lead it
}

// Led is an escort as a gate knows it.
type Led struct {
	Number string `json:"number"`
	Plate  string `json:"plate"` // of the police vehicle
}

// Revoked is a number that counts no more, with what the driver is told.
type Revoked struct {
	Number string    `json:"number"`
	Plate  string    `json:"plate"`
	Colour string    `json:"colour"`
	At     time.Time `json:"at"`
	Why    string    `json:"why"`
	Cause  string    `json:"cause,omitempty"` // key of Why, where the system gave it
}

// maxListed bounds a list; a county never has so many vehicles on its way.
const maxListed = 5000

// Gates is the list for the gates of the actor's places: the passes of incidents that touch them, and every number that
// was revoked or used up and has not run out yet.
func (s *Service) Gates(ctx context.Context) (g GateList, err error) {
	_, spans, err := access.RequireAnywhere(ctx, access.PassCheck)
	if err != nil {
		return g, err
	}
	now := s.clock.Now()
	posts := spans
	list := Listed{At: now.UTC().Truncate(time.Second), Keys: []string{}}
	for _, k := range s.keys.good {
		list.Keys = append(list.Keys, base64.StdEncoding.EncodeToString(k))
	}
	for key, to := range map[string]*int{"pass.list_max_age": &list.MaxAge, "pass.clock_skew": &list.Skew} {
		d, _, err := s.params.Minutes(place.Path(spans[0].From), key, now)
		if err != nil {
			return g, err
		}
		*to = int(d.Minutes())
	}
	inside, args := place.Where("x.place", 2, spans)
	parts := []string{inside}
	for _, sp := range spans {
		args = append(args, sp.From)
		parts = append(parts, fmt.Sprintf("substr($%d, 1, length(x.place)) = x.place", len(args)+1))
	}
	inside = strings.Join(parts, " OR ")
	args = append([]any{clock.Micro(now)}, args...)
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		// the number first: should somebody write meanwhile, the list says less than it knows, and never more
		if list.No, err = listNo(tx); err != nil {
			return err
		}
		if err := s.listed(tx, &list, inside, args); err != nil {
			return err
		}
		if list.Points, err = s.posts(tx, posts); err != nil {
			return err
		}
		list.Incidents, err = runningAt(tx, posts)
		return err
	})
	if err != nil {
		return g, err
	}
	text, err := json.Marshal(list)
	if err != nil {
		return g, err
	}
	return GateList{
		Text: string(text), Signature: ed25519.Sign(s.private, append([]byte(listDomain), text...)),
		Public: s.public(), Handed: s.keys.handed, Ended: s.keys.ended,
	}, nil
}

// posts are the open access points at the places of a guard, of incidents that run.
func (s *Service) posts(tx *db.Tx, spans []place.Span) ([]ListedPoint, error) {
	inside, args := place.Where("p.place", 1, spans)
	list := []ListedPoint{}
	err := tx.Each(func(sc db.Scanner) error {
		var x ListedPoint
		var at string
		err := sc.Scan(&x.ID, &x.Name, &at, &x.Incident, &x.Zone)
		x.Place, x.PlaceName = string(place.Path(at).Code()), s.places.Tree().FullNameOf(place.Path(at))
		list = append(list, x)
		return err
	}, `SELECT p.id, p.name, p.place, i.number, coalesce(z.name, '') FROM access_point p JOIN incident i ON i.id = p.incident
		LEFT JOIN zone z ON z.id = p.zone AND z.lifted_at = 0
		WHERE p.closed_at = 0 AND i.state IN ('active', 'withdrawing') AND (`+inside+`) ORDER BY p.name, p.id LIMIT `+strconv.Itoa(maxListed), args...)
	return list, err
}

// runningAt are the incidents that run at the places of a guard, drills among them.
func runningAt(tx *db.Tx, spans []place.Span) ([]ListedIncident, error) {
	running, err := incident.AllRunning(tx)
	list := []ListedIncident{}
	for _, i := range running {
		x := ListedIncident{ID: i.ID, Number: i.Number, Name: i.Name}
		for _, p := range i.Places {
			x.Places = append(x.Places, string(p.Code()))
		}
		here := slices.ContainsFunc(i.Places, func(p place.Path) bool {
			return slices.ContainsFunc(spans, func(s place.Span) bool { return s.Contains(p) || p.Contains(place.Path(s.From)) })
		})
		if here {
			list = append(list, x)
		}
	}
	return list, err
}

func (s *Service) listed(tx *db.Tx, list *Listed, inside string, args []any) error {
	list.Passes = []ListedPass{}
	numbers, err := list.incidents(tx, args[0])
	if err != nil {
		return err
	}
	if err := list.over(tx, args[0]); err != nil {
		return err
	}
	passes, err := passesWhere(tx, `back_to >= $1 AND state = 'valid' AND `+vouched+`
		AND EXISTS (SELECT 1 FROM incident_place x WHERE x.incident = pass.incident AND (`+inside+`)) ORDER BY number LIMIT `+strconv.Itoa(maxListed), args...)
	if err != nil {
		return err
	}
	led, err := ledPasses(tx)
	if err != nil {
		return err
	}
	for _, p := range passes {
		list.Passes = append(list.Passes, ListedPass{
			Number: p.Number, Plate: p.Plate, Colour: p.Colour, Kind: p.Kind, Team: p.TeamName, Crew: p.Crew, Load: p.Load, Route: p.Route,
			Destination: s.places.Tree().FullNameOf(p.Destination), Incident: numbers[p.Incident],
			OutFrom: p.OutFrom, OutTo: p.OutTo, BackFrom: p.BackFrom, BackTo: p.BackTo, Toll: p.Toll.State, Escort: led[p.Number],
		})
	}
	return nil
}

// incidents are the numbers of the incidents that have passes, and notes which are drills: running ones too, for the
// gates that take part.
func (l *Listed) incidents(tx *db.Tx, now any) (numbers map[string]string, err error) {
	numbers, l.Drills = map[string]string{}, []string{}
	err = tx.Each(func(sc db.Scanner) error {
		var id, no string
		var drill bool
		err := sc.Scan(&id, &no, &drill)
		numbers[id] = no
		if drill {
			l.Drills = append(l.Drills, no)
		}
		return err
	}, `SELECT i.id, i.number, i.drill FROM incident i WHERE i.state IN ('active', 'withdrawing')
		OR EXISTS (SELECT 1 FROM pass p WHERE p.incident = i.id AND p.back_to >= $1) ORDER BY i.number`, now)
	return numbers, err
}

// over lists what must not pass though its code is signed, wherever it was going.
func (l *Listed) over(tx *db.Tx, now any) error {
	l.Revoked, l.Used, l.Homeward = []Revoked{}, []string{}, []string{}
	over, err := passesWhere(tx, `back_to >= $1 AND state <> 'valid' ORDER BY number`, now)
	if err != nil {
		return err
	}
	for _, p := range over {
		if p.State == "used" {
			l.Used = append(l.Used, p.Number)
			continue
		}
		l.Revoked = append(l.Revoked, Revoked{p.Number, p.Plate, p.Colour, p.RevokedAt.UTC().Truncate(time.Second), p.Why, Cause(p.Why)})
	}
	ended, err := passesWhere(tx, `back_to >= $1 AND state = 'valid' AND NOT `+vouched+` ORDER BY number`, now)
	if err != nil {
		return err
	}
	for _, p := range ended { // nobody vouches for the vehicle any more, though nobody has revoked its pass yet
		l.Revoked = append(l.Revoked, Revoked{p.Number, p.Plate, p.Colour, l.At, notVouchedWhy, Cause(notVouchedWhy)})
	}
	turned, err := passesWhere(tx, `back_to >= $1 AND state = 'valid' AND EXISTS (SELECT 1 FROM offer o WHERE o.id = pass.offer AND o.state IN (`+deployment.TurnedStates+`))
		AND `+vouched+` ORDER BY number`, now)
	for _, p := range turned {
		l.Homeward = append(l.Homeward, p.Number)
	}
	return err
}

// Passage is a vehicle at a gate, as the guard noted it, perhaps hours before we hear of it.
type Passage struct {
	ID         string
	Incident   string // of the access point or pass, or as the guard chose; "" nothing says which of several it concerns
	Pass       string
	Point      string     // access point; "" a gate without one
	Place      place.Path // of the gate
	Gate       string     // its name
	Number     string     // of the pass as read or typed; "" without one
	Plate      string
	Colour     string // "" not noted
	Verdict    string // go, stop, unknown: what the page said
	Why        string // key of the reason
	Direction  string // in, out, refused: what the guard did
	ListNo     int64  // what the page went by
	At         time.Time
	ReceivedAt time.Time
	By         string
}

func (p *Passage) check(now time.Time) error {
	var c input.Check
	c.Line(&p.Gate, "gate", 40, true)
	c.Line(&p.Number, "number", 20, false)
	c.Line(&p.Plate, "plate", 16, p.Number == "" && p.Verdict == "go") // a code that is none names no vehicle
	c.Line(&p.Colour, "colour", 20, false)
	c.Line(&p.Why, "why", 40, false)
	c.One(p.Verdict, "verdict", "go", "stop", "unknown")
	c.One(p.Direction, "direction", "in", "out", "refused")
	c.Bad(p.At.IsZero() || p.At.After(now.Add(24*time.Hour)), "at", "range", "通过时间有误", "the time of the passage is not right")
	return c.Err()
}

// Pass notes a passage; the same id twice is one. used says that it was the way back and the pass is used up by it. The
// gate's word is kept as it is, also when the pass was revoked or the access point closed meanwhile: it happened. At an
// access point its place, name and incident are those on record.
func (s *Service) Pass(ctx context.Context, p Passage) (used bool, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return false, err
	}
	said := p
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		used = false
		p := said
		if err := p.settle(tx, actor); err != nil {
			return err
		}
		if again, err := s.once.Again(tx, p.ID, actor.Account, "passage", string(p.Place), said); again || err != nil {
			return err
		}
		p.By, p.ReceivedAt = actor.Account, tx.Now
		row := journal.Entry{
			Verb: "pass.noted", Kind: "pass", Subject: p.ID, Version: 1, Place: string(p.Place), Scope: journal.Desk, Incident: p.Incident, Actor: actor.Account,
		}
		about := map[string]any{}
		known, err := passNumbered(tx, p.Number)
		switch {
		case errors.Is(err, fault.ErrNotFound):
		case err != nil:
			return err
		default:
			before := known.State
			if used, err = p.uses(tx, &known); err != nil {
				return err
			}
			row = entry(known, "noted", actor.Account, "")
			if used {
				row, about["state"] = row.Since(journal.Was{}.With("state", before)), known.State
			}
		}
		if err := p.belongs(tx, s.places.Tree()); err != nil {
			return err
		}
		row.Incident = cmp.Or(row.Incident, p.Incident)
		row.Body = p.said(about, used)
		if err := insertPassage(tx, p); err != nil {
			return err
		}
		if err := s.untold(tx, p); err != nil {
			return err
		}
		return journal.Append(tx, row)
	})
	return used, err
}

// said is what the journal may know of a passage: no plate.
func (p *Passage) said(about map[string]any, used bool) map[string]any {
	body := map[string]any{
		"number": p.Number, "verdict": p.Verdict, "direction": p.Direction, "gate": p.Gate, "point": p.Point, "why": p.Why, "at": p.At, "used": used,
		"destination": p.Place,
	}
	maps.Copy(body, about)
	return body
}

// distrusts are the limits past which a gate calls nothing valid, by the reason that it gives then.
var distrusts = map[string]string{"list_old": "pass.list_max_age", "clock": "pass.clock_skew"}

// untold keeps by what limit a gate could not tell.
func (s *Service) untold(tx *db.Tx, p Passage) error {
	key, limited := distrusts[p.Why]
	if !limited {
		return nil
	}
	used, err := s.params.For(p.Place, key, p.At)
	if err != nil {
		return err
	}
	return parameter.Keep(tx, p.ID, "", used)
}

// settle says where the passage was: at an access point by what is on record, otherwise as the guard wrote it. What the
// guard may not note at is not found.
func (p *Passage) settle(tx *db.Tx, actor access.Actor) error {
	if p.Point != "" {
		point, err := pointByID(tx, p.Point)
		if err != nil {
			return err
		}
		p.Place, p.Gate, p.Incident = point.Place, point.Name, point.Incident
	}
	switch {
	case actor.May(access.PassCheck, p.Place):
		return p.check(tx.Now)
	case p.Point == "" && actor.May(access.PassSee, p.Place):
		return fault.ErrForbidden
	}
	return fault.ErrNotFound
}

// belongs finds out which incident a passage concerns that neither access point nor pass says: the one that the guard
// chose, also when it is over by now, or the only one in earnest that runs there. Of several nobody guesses one.
func (p *Passage) belongs(tx *db.Tx, tree *place.Tree) error {
	if p.Point != "" || p.Pass != "" {
		return nil
	}
	if p.Incident != "" {
		i, err := incident.ByID(tx, p.Incident)
		if errors.Is(err, sql.ErrNoRows) || (err == nil && !i.Touches(tree, p.Place, tx.Now)) {
			return fault.InvalidField("body.incident", "unknown", "该突发事件不涉及卡口所在地", "this incident does not touch the place of the gate")
		}
		return err
	}
	running, err := incident.Running(tx, tree, p.Place)
	running = slices.DeleteFunc(running, func(i incident.Incident) bool { return i.Drill })
	if len(running) == 1 {
		p.Incident = running[0].ID
	}
	return err
}

// uses ties a passage to its pass, and uses the pass up on the way back.
func (p *Passage) uses(tx *db.Tx, known *Pass) (used bool, err error) {
	p.Pass = known.ID
	if p.Point == "" {
		p.Incident = known.Incident
	}
	if used = p.usesUp(*known); used {
		known.State, known.Live = "used", false
		if err := nextList(tx); err != nil {
			return false, err
		}
	}
	known.Version++
	return used, updatePass(tx, *known)
}

// usesUp says whether this is the passage out on the way back.
func (p Passage) usesUp(of Pass) bool {
	return p.Direction == "out" && p.Verdict == "go" && of.State == "valid" && of.Due("out", p.At) == inWindow
}

// passNumbered is a pass by its number, held.
func passNumbered(tx *db.Tx, no string) (Pass, error) {
	if _, err := tx.Exec(`UPDATE pass SET version = version WHERE number = $1`, no); err != nil {
		return Pass{}, err
	}
	list, err := passesWhere(tx, `number = $1`, no)
	if err == nil && len(list) == 0 {
		err = fault.ErrNotFound
	}
	if err != nil {
		return Pass{}, err
	}
	return list[0], nil
}
