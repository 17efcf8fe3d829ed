package need

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
	"lianyuan/platform/seal"
	"lianyuan/platform/tally"
)

// scope is under which key the personal data of a report stand: what is destroyed together (突发事件应对法 art. 85). Before
// a report has an incident that is its county and month; it is sealed anew when it joins one.
func (r Report) scope() string {
	if r.Incident != "" {
		return IncidentScope(r.Incident)
	}
	return sealScope(r.Place, r.ReceivedAt)
}

// In says whether an incident works on a need: it has joined it, or has joined none and lies in one of its places. What is in
// earnest is not worked on by a drill.
func (n Need) In(i incident.Incident, tree *place.Tree, at time.Time) bool {
	return n.Incident == i.ID || (n.Incident == "" && n.Drill == i.Drill && i.Touches(tree, n.Place, at))
}

// Joining says which reports join an incident: by id, or every one of an area that has none yet.
type Joining struct {
	ID      string // of the command
	Reports []string
	Area    place.Path
	Since   time.Time // with Area: received at or after
}

// maxJoin is how many reports one command takes along; whoever has more says it again.
const maxJoin = 2000

// Join takes reports and the needs they stand behind into an incident, and seals their personal data under its key. It
// says how many joined, with what goes along (whole), and whether more of the area wait. A command that was cut off goes on where it was when it is said
// again; one that came to its end moves nothing more, and what it answered stays its answer. A report that belongs to another
// incident is moved only when it is named.
func (s *Service) Join(ctx context.Context, into string, j Joining) (joined int, more bool, err error) {
	actor, spans, err := access.RequireAnywhere(ctx, access.ReportVerify)
	if err != nil {
		return 0, false, err
	}
	var c input.Check
	c.Bad((len(j.Reports) == 0) == (j.Area == ""), "reports", "missing", "请选择报告，或按地区归入", "name the reports, or an area")
	c.Bad(len(j.Reports) > maxJoin, "reports", "too_many", "一次不超过 2000 条", "at most 2000 at once")
	if err := c.Err(); err != nil {
		return 0, false, err
	}
	var i incident.Incident
	var ended bool
	if err := s.db.Update(ctx, func(tx *db.Tx) (err error) {
		switch i, err = incident.ByID(tx, into); {
		case err != nil:
			return err
		case !i.Seen(actor):
			return fault.ErrNotFound
		}
		again, err := s.again(tx, command{id: j.ID, verb: "join", said: j}, actor.Account, into)
		if err != nil {
			return err
		}
		if ended = false; again {
			if ended, err = joiningEnded(tx, j.ID, &joined, &more); err != nil || ended {
				return err
			}
		}
		return i.Frozen()
	}); err != nil || ended {
		return joined, more, err
	}
	reports, err := s.toJoin(ctx, actor, spans, i, j)
	if err != nil {
		return 0, false, err
	}
	if more = len(reports) > maxJoin; more {
		reports = reports[:maxJoin]
	}
	for slice := range slices.Chunk(reports, 25) {
		n, err := s.joinSlice(ctx, actor, i, slice)
		if err != nil {
			return joined, more, err
		}
		joined += n
	}
	return joined, more, s.db.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO report_joining (command, joined, more, at) VALUES ($1, $2, $3, $4) ON CONFLICT (command) DO NOTHING`, j.ID, joined, more, clock.Micro(tx.Now))
		return err
	})
}

// joiningEnded says whether a command came to its end, and what it answered.
func joiningEnded(tx *db.Tx, command string, joined *int, more *bool) (bool, error) {
	err := tx.Get(`SELECT joined, more FROM report_joining WHERE command = $1`, []any{command}, joined, more)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// toJoin are the reports that a command names, or those of its area; one more than a command takes along says that others wait.
func (s *Service) toJoin(ctx context.Context, actor access.Actor, spans []place.Span, i incident.Incident, j Joining) (reports []string, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		if j.Area == "" {
			reports, err = whole(tx, j.Reports, i, func(at place.Path) bool {
				return actor.May(access.ReportVerify, at) && i.Covers(s.places.Tree(), at, tx.Now)
			})
			return err
		}
		if i.Drill { // every cry for help there would leave the queue at one stroke
			return fault.InvalidField("body.area", "drill", "演练只能逐条归入报告，不能按地区归入", "into a drill reports are taken one by one, not by area")
		}
		where, args := place.Where("place", 1, place.Both(spans, s.places.Tree().Scope(j.Area.Code(), s.clock.Now())))
		args = append(args, clock.Micro(j.Since))
		reports = nil
		return tx.Each(func(sc db.Scanner) error {
			var id string
			err := sc.Scan(&id)
			reports = append(reports, id)
			return err
		}, fmt.Sprintf(`SELECT id FROM report WHERE incident = '' AND destroyed_at = 0 AND %s AND received_at >= $%d ORDER BY received_at, id LIMIT %d`, where, len(args), maxJoin+1), args...)
	})
	return reports, err
}

// whole is what goes along with reports that are named: those they are merged with, and those behind the same need, as far as
// they belong to no incident yet and may come (at their place). Between a drill and earnest they go in any case: a caller whose
// report follows one that proved to be in earnest must not stay in an exercise.
func whole(tx *db.Tx, reports []string, i incident.Incident, may func(at place.Path) bool) ([]string, error) {
	known := map[string]bool{}
	for _, id := range reports {
		known[id] = true
	}
	for n := 0; n < len(reports) && n < maxJoin; n++ {
		r, err := reportByID(tx, reports[n])
		if errors.Is(err, sql.ErrNoRows) { // the slice that it is in says so
			continue
		}
		if err != nil {
			return nil, err
		}
		crosses := r.Drill != i.Drill
		if err := tx.Each(func(sc db.Scanner) error {
			var id, at, in string
			var destroyed int64
			err := sc.Scan(&id, &at, &in, &destroyed)
			if err == nil && !known[id] && (crosses || in == "" && destroyed == 0 && may(place.Path(at))) {
				known[id] = true
				reports = append(reports, id)
			}
			return err
		}, `SELECT id, place, incident, destroyed_at FROM report
			WHERE drill = $1 AND (id = $2 OR (merged_into = $3 AND merged_into <> '') OR (need = $4 AND need <> '')) ORDER BY id`,
			r.Drill, r.MergedInto, r.ID, r.Need); err != nil {
			return nil, err
		}
	}
	return reports, nil
}

// resealed is a report with its sealed parts under another key, as it was at a version.
type resealed struct {
	stored
	claims, attempts map[string][]byte // id → sealed text
}

// joinSlice takes a few reports along in one transaction. Their texts are opened and sealed before it; whichever report
// was written meanwhile is read again.
func (s *Service) joinSlice(ctx context.Context, actor access.Actor, i incident.Incident, reports []string) (joined int, err error) {
	key, err := s.keeper.For(ctx, IncidentScope(i.ID))
	if err != nil {
		return 0, err
	}
	for len(reports) > 0 {
		var todo []resealed
		for _, id := range reports {
			r, err := s.reseal(ctx, actor, key, i, id)
			if err != nil {
				return joined, err
			}
			if r != nil {
				todo = append(todo, *r)
			}
		}
		var again []string
		var took int
		if err := s.db.Update(ctx, func(tx *db.Tx) error {
			again, took = nil, 0
			if err := incident.Unfrozen(tx, i.ID); err != nil {
				return err
			}
			for _, r := range todo {
				done, err := s.joinOne(tx, actor, i, r)
				if errors.Is(err, fault.ErrVersionStale) {
					again = append(again, r.ID)
					continue
				}
				if err != nil {
					return err
				}
				if done {
					took++
				}
			}
			return nil
		}); err != nil {
			return joined, err
		}
		for _, r := range todo {
			if r.Need != "" {
				s.changed(r.Need)
			}
		}
		joined += took
		reports = again
	}
	return joined, nil
}

// reseal reads a report and seals what it holds under the key of the incident; nil when it belongs there already.
func (s *Service) reseal(ctx context.Context, actor access.Actor, key *seal.Key, i incident.Incident, id string) (*resealed, error) {
	r := resealed{claims: map[string][]byte{}, attempts: map[string][]byte{}}
	var claims []sealedClaim
	var attempts []sealedAttempt
	err := s.db.View(ctx, func(tx *db.Tx) (err error) {
		if r.stored, err = reportByID(tx, id); err != nil {
			return err
		}
		if !r.Destroyed.IsZero() {
			return ErrDestroyed
		}
		switch {
		case actor.May(access.ReportVerify, r.Place):
		case actor.May(access.ReportSee, r.Place):
			return fault.ErrForbidden
		default:
			return fault.ErrNotFound
		}
		if !i.Covers(s.places.Tree(), r.Place, tx.Now) {
			return fault.InvalidField("body.reports", "outside", "报告不在该事件涉及地区内", "a report lies outside the places of the incident")
		}
		if claims, err = claimsOf(tx, id); err != nil {
			return err
		}
		attempts, err = attemptsOf(tx, id)
		return err
	})
	if err != nil || r.Incident == i.ID {
		return nil, err
	}
	turn := func(sealed []byte, row string) ([]byte, error) {
		if len(sealed) == 0 {
			return sealed, nil
		}
		plain, err := s.keeper.Open(ctx, sealed, row)
		if err != nil {
			return nil, err
		}
		return key.Seal(plain, row)
	}
	if r.person, err = turn(r.person, "report:"+id+":person"); err != nil {
		return nil, err
	}
	if r.message, err = turn(r.message, "report:"+id+":message"); err != nil {
		return nil, err
	}
	for _, c := range claims {
		if r.claims[c.ID], err = turn(c.text, "claim:"+c.ID); err != nil {
			return nil, err
		}
	}
	for _, a := range attempts {
		if r.attempts[a.ID], err = turn(a.note, "attempt:"+a.ID); err != nil {
			return nil, err
		}
	}
	return &r, nil
}

// joinOne writes one report into the incident, and its need; ErrVersionStale when somebody wrote it meanwhile.
func (s *Service) joinOne(tx *db.Tx, actor access.Actor, i incident.Incident, r resealed) (bool, error) {
	held, err := reportToChange(tx, r.ID)
	switch {
	case err != nil:
		return false, err
	case held.Incident == i.ID:
		return false, nil
	case held.Version != r.Version:
		return false, fault.ErrVersionStale
	}
	was := reportEntry(r.Report, "", "", "").Fields()
	r.left, r.Incident, r.Drill = r.Incident, i.ID, i.Drill
	r.Version++
	if _, err := tx.Exec(`UPDATE report SET incident = $1, drill = $2, person = $3, message = $4, version = $5 WHERE id = $6`, r.Incident, r.Drill, r.person, r.message, r.Version, r.ID); err != nil {
		return false, err
	}
	for id, text := range r.claims {
		if _, err := tx.Exec(`UPDATE report_claim SET text = $1 WHERE id = $2`, text, id); err != nil {
			return false, err
		}
	}
	for id, note := range r.attempts {
		if _, err := tx.Exec(`UPDATE report_attempt SET note = $1 WHERE id = $2`, note, id); err != nil {
			return false, err
		}
	}
	if err := journal.Append(tx, reportEntry(r.Report, "joined", actor.Account, "").Since(was)); err != nil || r.Need == "" {
		return true, err
	}
	return true, s.takeNeed(tx, actor, r.Need, i)
}

// takeNeed takes the need that a report stands behind into the incident, unless it belongs to one already. Whatever is
// moved between a drill and earnest goes whole: a cry for help that was taken for an exercise must not stay in it.
func (s *Service) takeNeed(tx *db.Tx, actor access.Actor, need string, into incident.Incident) error {
	if err := holdNeed(tx, need); err != nil {
		return err
	}
	n, err := needByID(tx, need)
	if err != nil || (n.Incident != "" && n.Drill == into.Drill) {
		return err
	}
	crosses := n.Drill != into.Drill
	if crosses {
		if err := s.takeBack(tx, actor, &n); err != nil {
			return err
		}
	}
	before := n
	if crosses { // there it was never published
		n.FirstPublished, n.FirstCorrected, n.FirstWithdrawn, n.FirstAmended, n.Corrections = time.Time{}, time.Time{}, time.Time{}, time.Time{}, 0
	}
	n.left, n.Incident, n.Drill = n.Incident, into.ID, into.Drill
	n.Version++
	if err := saveNeed(tx, n); err != nil {
		return err
	}
	if err := s.shelve(tx, change{&before, &n}); err != nil {
		return err
	}
	return journal.Append(tx, needEntry(n, "joined", actor.Account, "").Since(needWas(before)))
}

// ErrExercised says that teams work on a need in its drill, or in earnest: it stays what it is until they do no more.
var ErrExercised = fault.New(fault.Conflict, "need.exercised", "报告所属需求已有队伍参加，请先办结该需求，再在演练与真实事件之间调整", "teams work on the need behind this report; close the need before the report moves between a drill and earnest")

// takeBack withdraws what was published before a need moves between a drill and earnest: the instruction of an exercise
// publishes nothing in earnest, and no team sets out for an exercise that it read as earnest.
func (s *Service) takeBack(tx *db.Tx, actor access.Actor, n *Need) (err error) {
	if !shown(n.State) {
		return nil
	}
	before := *n
	if n.State, err = Needs.To(n.State, "withdraw"); err != nil {
		return ErrExercised
	}
	n.Audience, n.PublishedAt = nil, time.Time{}
	n.amend(&n.FirstWithdrawn, tx.Now)
	n.Version++
	if err := saveNeed(tx, *n); err != nil {
		return err
	}
	if err := s.shelve(tx, change{&before, n}); err != nil {
		return err
	}
	return journal.Append(tx, needEntry(*n, needPast["withdraw"], actor.Account, "").Since(needWas(before)))
}

// Tally is what there is to do for an incident.
type Tally struct {
	Waiting   int // reports that wait for a person
	Late      int // of them, not looked at within the limit
	Open      int // needs to be published
	Published int
	Closed    int
}

// TallyOf counts what belongs to an incident; a report that nobody has looked at within the limits is late.
func TallyOf(tx *db.Tx, incident string, limits Looks) (t Tally, err error) {
	if err = tx.Get(`SELECT count(*), coalesce(sum(CASE WHEN `+limits.late(tx.Now)+` THEN 1 ELSE 0 END), 0) FROM report WHERE incident = $1 AND incident <> '' AND waiting <> 0`,
		[]any{incident}, &t.Waiting, &t.Late); err != nil {
		return t, err
	}
	sums, err := tally.Sum(tx, tallied, []string{incidentArea(incident)})
	for key, n := range sums {
		switch shelf, _, _ := countKey(key); stateOf(shelf) {
		case "open":
			t.Open += n
		case "published":
			t.Published += n
		case "closed":
			t.Closed += n
		}
	}
	return t, err
}
