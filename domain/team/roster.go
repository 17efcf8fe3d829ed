package team

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
	"lianyuan/platform/seal"
)

// Roster says which members a list shows.
type Roster struct {
	State  string // active (also ""), left, all
	Core   bool   // core members only
	Cursor string
	Limit  int
}

// Also is another team that a member belongs to, as far as the actor may see it.
type Also struct{ ID, Name string }

// Entry is a member in a list, with the person open.
type Entry struct {
	Member
	Also []Also
}

// RosterPage is a part of a team's members.
type RosterPage struct {
	Items []Entry
	Next  string
	Edits bool // the actor may change them
}

// ErrMemberTaken says that the person is in the team already.
var ErrMemberTaken = fault.InvalidField("body.number", "member_taken", "此人已在本队名册中", "this person is a member of the team already")

// maxAtOnce bounds how many members one command adds, so that it holds the writer for a moment only.
const maxAtOnce = 100

// proper brings what a person wrote of a member into the form in which it is kept, and says what is wrong. Of an
// identity number, the shape is a rule and the check character a warning that is overruled with a reason.
func (m *Member) proper(field string) (wrong []fault.Field) {
	check := func(f *fault.Field) {
		if f != nil {
			wrong = append(wrong, *f)
		}
	}
	p := &m.Person
	if m.Post == "" {
		m.Post = "other"
	}
	check(line(&p.Name, field+".name", 40, true))
	check(line(&p.Reason, field+".reason", maxReason, false))
	check(oneOf(m.Post, Posts, field+".post"))
	check(oneOf(p.Paper, Papers, field+".paper"))
	if p.Phone != "" {
		phone, ok := phoneOf(p.Phone)
		p.Phone = phone
		if !ok {
			check(&fault.Field{Location: field + ".phone", Code: "phone_invalid", Zh: "电话号码格式不正确", En: "not a phone number"})
		}
	}
	p.Number = input.Number(p.Number)
	if p.Paper != "resident_id" && p.Paper != "residence_permit" {
		check(line(&p.Number, field+".number", 40, true))
		p.Reason = ""
		return wrong
	}
	shape, right := input.Resident(p.Number)
	switch {
	case !shape:
		check(&fault.Field{Location: field + ".number", Code: "number_shape", Zh: "证件号码为 18 位，含出生日期", En: "the number has 18 characters with the date of birth"})
	case p.Number[17] == right:
		p.Reason = ""
	case p.Reason == "":
		check(&fault.Field{Location: field + ".reason", Code: "number_check", Zh: "末位校验码不符；与证件核对无误的，请填写理由", En: "the check character does not fit; if the paper says so, give a reason"})
	}
	return wrong
}

// sealMember fills in what stands in the row instead of the person.
func (s *Service) sealMember(key *seal.Key, m *Member) error {
	plain, err := json.Marshal(m.Person)
	if err != nil {
		return err
	}
	m.person = access.PersonHash(s.lookup, m.Person.Paper, m.Person.Number)
	m.sealed, err = key.Seal(plain, "member:"+m.ID+":person")
	return err
}

// Add puts people on a team's roster, all or none; each has an id made by the client. The same command twice adds them
// once; a person who is in the team already is refused, one who is in another team is not (S000-13: one person is one
// person across teams).
func (s *Service) Add(ctx context.Context, id, team string, members []Member) error {
	c := command{id: id, verb: "team.member_add", said: struct {
		Team    string
		Members []Member
	}{team, slices.Clone(members)}}
	if len(members) == 0 || len(members) > maxAtOnce {
		return fault.InvalidField("body.members", "too_many", "一次登记 1 至 100 人", "1 to 100 people at once")
	}
	members = slices.Clone(members)
	for i := range members {
		field := "body"
		if len(members) > 1 {
			field = fmt.Sprintf("rows[%d]", i)
		}
		if f := fault.Invalids(members[i].proper(field)...); f != nil {
			return f
		}
	}
	if err := s.mayFirst(ctx, access.TeamEdit, team); err != nil {
		return err
	}
	key, err := s.keeper.For(ctx, "team:"+team)
	if err != nil {
		return err
	}
	for i := range members {
		if err := s.sealMember(key, &members[i]); err != nil {
			return err
		}
	}
	return s.step(ctx, team, access.TeamEdit, c, func(tx *db.Tx, t *Team, a access.Actor) (string, string, string, error) {
		for _, m := range members {
			n, err := insertMember(tx, team, m, a.Account)
			if err != nil {
				return "", "", "", err
			}
			if n == 0 {
				return "", "", "", memberTaken(tx, m.ID)
			}
			t.Members++
			if m.Core {
				t.Core++
			}
		}
		if len(members) > 1 {
			return "members_added", "", "", nil
		}
		return "member_added", members[0].ID, "", nil
	})
}

// mayFirst asks before a key is made for a team, so that nobody makes keys for what is not theirs.
func (s *Service) mayFirst(ctx context.Context, v access.Verb, team string) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	return s.db.View(ctx, func(tx *db.Tx) error {
		_, err := See(tx, actor, v, team)
		return err
	})
}

func insertMember(tx *db.Tx, team string, m Member, by string) (int64, error) {
	return tx.Exec(`INSERT INTO member (id, team, person, sealed, core, post, state, joined_at, added_by, version)
		VALUES ($1, $2, $3, $4, $5, $6, 'active', $7, $8, 1) ON CONFLICT DO NOTHING`,
		m.ID, team, m.person, m.sealed, m.Core, m.Post, clock.Micro(tx.Now), by)
}

// memberTaken is why a member could not be written.
func memberTaken(tx *db.Tx, id string) error {
	var n int
	if err := tx.Get(`SELECT count(*) FROM member WHERE id = $1`, []any{id}, &n); err != nil {
		return err
	}
	if n > 0 {
		return fault.ErrIDReused
	}
	return ErrMemberTaken
}

// onMember is step for one member: the table of its life cycle is asked, and its own version compared.
func (s *Service) onMember(ctx context.Context, member, verb string, c command, change func(tx *db.Tx, t *Team, m *Member) (reason string, err error)) error {
	team, err := s.teamOf(ctx, `SELECT team FROM member WHERE id = $1`, member)
	if err != nil {
		return err
	}
	version := c.version
	c.version = 0
	return s.step(ctx, team, access.TeamEdit, c, func(tx *db.Tx, t *Team, _ access.Actor) (string, string, string, error) {
		m, err := memberByID(tx, member)
		if err != nil {
			return "", "", "", err
		}
		from := m.State
		if m.State, err = Memberships.To(from, verb); err != nil {
			return "", "", "", err
		}
		if version != 0 && version != m.Version {
			return "", "", "", fault.ErrVersionStale.WithCurrent(map[string]any{"state": from, "version": m.Version})
		}
		t.Turned(from, m.State)
		reason, err := change(tx, t, &m)
		if err != nil {
			return "", "", "", err
		}
		m.Version++
		return "member_" + map[string]string{"change": "changed", "leave": "left"}[verb], m.ID, reason, saveMember(tx, m)
	})
}

// teamOf is the team that a record belongs to; a record never changes its team.
func (s *Service) teamOf(ctx context.Context, query, id string) (team string, err error) {
	if _, err := access.From(ctx); err != nil {
		return "", err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error { return tx.Get(query, []any{id}, &team) })
	return team, err
}

// ChangeMember replaces what the roster says of a member; an empty phone or number keeps the one on record.
func (s *Service) ChangeMember(ctx context.Context, id string, m Member) error {
	c := command{id: id, verb: "team.member_change", version: m.Version, said: m}
	now, err := s.memberFor(ctx, access.TeamEdit, m.ID, nil)
	if err != nil {
		return err
	}
	if m.Person.Phone == "" {
		m.Person.Phone = now.Person.Phone
	}
	if m.Person.Number == "" {
		m.Person.Paper, m.Person.Number, m.Person.Reason = now.Person.Paper, now.Person.Number, now.Person.Reason
	}
	if f := fault.Invalids(m.proper("body")...); f != nil {
		return f
	}
	key, err := s.keeper.For(ctx, "team:"+now.Team)
	if err != nil {
		return err
	}
	if err := s.sealMember(key, &m); err != nil {
		return err
	}
	err = s.onMember(ctx, m.ID, "change", c, func(_ *db.Tx, t *Team, is *Member) (string, error) {
		t.Core += one(m.Core) - one(is.Core)
		is.Core, is.Post, is.sealed, is.person = m.Core, m.Post, m.sealed, m.person
		return "", nil
	})
	if db.IsUnique(err) {
		return ErrMemberTaken
	}
	return err
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Leave takes a member off the roster, with a reason; the record stays.
func (s *Service) Leave(ctx context.Context, id, member string, version int64, reason string) error {
	if f := line(&reason, "body.reason", maxReason, true); f != nil {
		return fault.Invalids(*f)
	}
	c := command{id: id, verb: "team.member_leave", version: version, said: reason}
	return s.onMember(ctx, member, "leave", c, func(tx *db.Tx, t *Team, m *Member) (string, error) {
		t.Members--
		t.Core -= one(m.Core)
		m.Left = tx.Now
		return reason, nil
	})
}

// RevealMember shows the phone and identity number of a member for a purpose that is journalled.
func (s *Service) RevealMember(ctx context.Context, member, purpose string) (Person, error) {
	if f := line(&purpose, "body.purpose", maxReason, true); f != nil {
		return Person{}, fault.Invalids(*f)
	}
	e, err := s.memberFor(ctx, access.TeamReveal, member, &purpose)
	return e.Person, err
}

// Member is one member with the person open; not found when the actor may not see the team.
func (s *Service) Member(ctx context.Context, member string) (Entry, error) {
	return s.memberFor(ctx, access.TeamSee, member, nil)
}

// memberFor reads a member for somebody who may do v to the team; a purpose is journalled.
func (s *Service) memberFor(ctx context.Context, v access.Verb, member string, purpose *string) (Entry, error) {
	actor, err := access.From(ctx)
	if err != nil {
		return Entry{}, err
	}
	var list []Entry
	door := s.db.View
	if purpose != nil {
		door = s.db.Update
	}
	err = door(ctx, func(tx *db.Tx) error {
		m, err := memberByID(tx, member)
		if err != nil {
			return err
		}
		t, err := See(tx, actor, v, m.Team)
		if err != nil {
			return err
		}
		list = []Entry{{Member: m}}
		if err := also(tx, actor, list); err != nil || purpose == nil {
			return err
		}
		return journal.Append(tx, said(t, "member_revealed", member, actor, *purpose))
	})
	if err != nil {
		return Entry{}, err
	}
	return list[0], s.Open(ctx, &list[0].Member)
}

// Members lists a team's members with their names.
func (s *Service) Members(ctx context.Context, team string, r Roster) (RosterPage, error) {
	actor, err := access.From(ctx)
	if err != nil {
		return RosterPage{}, err
	}
	if r.Limit < 1 || r.Limit > maxPage {
		r.Limit = 50
	}
	where, args := `team = $1`, []any{team}
	if r.State != "all" {
		where, args = where+` AND state = $2`, append(args, orActive(r.State))
	}
	if r.Core {
		where += ` AND core`
	}
	if r.Cursor != "" {
		var after struct {
			At int64
			ID string
		}
		if err := cursorOf(r.Cursor, &after); err != nil {
			return RosterPage{}, err
		}
		where += fmt.Sprintf(` AND (joined_at, id) > ($%d, $%d)`, len(args)+1, len(args)+2)
		args = append(args, after.At, after.ID)
	}
	var page RosterPage
	err = s.db.View(ctx, func(tx *db.Tx) error {
		t, err := See(tx, actor, access.TeamSee, team)
		if err != nil {
			return err
		}
		members, err := membersWhere(tx, where+fmt.Sprintf(` ORDER BY joined_at, id LIMIT %d`, r.Limit+1), args...)
		if err != nil {
			return err
		}
		page = RosterPage{Edits: may(actor, access.TeamEdit, t) == nil}
		if len(members) > r.Limit {
			members = members[:r.Limit]
			last := members[r.Limit-1]
			page.Next = cursor(map[string]any{"At": clock.Micro(last.Joined), "ID": last.ID})
		}
		for _, m := range members {
			page.Items = append(page.Items, Entry{Member: m})
		}
		return also(tx, actor, page.Items)
	})
	for i := range page.Items {
		err = errors.Join(err, s.Open(ctx, &page.Items[i].Member))
	}
	return page, err
}

func orActive(state string) string {
	if state == "" {
		return "active"
	}
	return state
}

// also fills in the other teams of each member that the actor may see: one that the actor may not see is not there.
func also(tx *db.Tx, a access.Actor, list []Entry) error {
	for chunk := range slices.Chunk(list, 50) {
		args := make([]any, len(chunk))
		for i := range chunk {
			args[i] = chunk[i].person
		}
		err := tx.Each(func(sc db.Scanner) error {
			var person []byte
			var t Team
			var path string
			if err := sc.Scan(&person, &t.ID, &t.Name, &path); err != nil {
				return err
			}
			t.Place = place.Path(path)
			for i := range chunk {
				if slices.Equal(chunk[i].person, person) && chunk[i].Team != t.ID && may(a, access.TeamSee, t) == nil {
					chunk[i].Also = append(chunk[i].Also, Also{t.ID, t.Name})
				}
			}
			return nil
		}, `SELECT m.person, t.id, t.name, t.place FROM member m CROSS JOIN team t WHERE t.id = m.team AND m.state = 'active'
			AND m.person IN (`+db.List(1, len(args))+`) ORDER BY t.folded, t.id`, args...)
		if err != nil {
			return err
		}
	}
	return nil
}

// Open fills in who a member is. Not inside a transaction: it may read a key.
func (s *Service) Open(ctx context.Context, m *Member) error {
	plain, err := s.keeper.Open(ctx, m.sealed, "member:"+m.ID+":person")
	if err != nil {
		return fault.Wrap(err, "a member")
	}
	return json.Unmarshal(plain, &m.Person)
}

const memberColumns = `id, team, person, sealed, core, post, state, joined_at, left_at, version`

// Members are the active members of a team, sealed: Service.Open tells who they are. For contexts above; the caller has
// decided who asks.
func Members(tx *db.Tx, team string) ([]Member, error) {
	return membersWhere(tx, `team = $1 AND state = 'active' ORDER BY joined_at, id`, team)
}

// MembersByID are those of the members named who are active in the team. For contexts above.
func MembersByID(tx *db.Tx, team string, ids []string) (list []Member, err error) {
	for chunk := range slices.Chunk(ids, 100) {
		args := []any{team}
		for _, id := range chunk {
			args = append(args, id)
		}
		some, err := membersWhere(tx, `team = $1 AND state = 'active' AND id IN (`+db.List(2, len(chunk))+`) ORDER BY joined_at, id`, args...)
		if err != nil {
			return nil, err
		}
		list = append(list, some...)
	}
	return list, nil
}

func membersWhere(tx *db.Tx, where string, args ...any) (list []Member, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var m Member
		var joined, left int64
		err := sc.Scan(&m.ID, &m.Team, &m.person, &m.sealed, &m.Core, &m.Post, &m.State, &joined, &left, &m.Version)
		m.Joined, m.Left = clock.FromMicro(joined), clock.FromMicro(left)
		list = append(list, m)
		return err
	}, `SELECT `+memberColumns+` FROM member WHERE `+where, args...)
	return list, err
}

func memberByID(tx *db.Tx, id string) (Member, error) {
	list, err := membersWhere(tx, `id = $1`, id)
	if err != nil || len(list) == 0 {
		return Member{}, orElse(err, fault.ErrNotFound)
	}
	return list[0], nil
}

// saveMember writes what a step changed, if nobody wrote since m was read.
func saveMember(tx *db.Tx, m Member) error {
	n, err := tx.Exec(`UPDATE member SET person = $1, sealed = $2, core = $3, post = $4, state = $5, left_at = $6, version = $7 WHERE id = $8 AND version = $9`,
		m.person, m.sealed, m.Core, m.Post, m.State, clock.Micro(m.Left), m.Version, m.ID, m.Version-1)
	if err == nil && n == 0 {
		return tx.Stale("member", "id", m.ID, "state")
	}
	return err
}
