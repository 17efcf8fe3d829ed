package team

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/geo"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
	"lianyuan/platform/lifecycle"
	"lianyuan/platform/once"
	"lianyuan/platform/seal"
)

// Service holds the use cases of teams.
type Service struct {
	db     *db.DB
	clock  clock.Clock
	places *place.Service
	keeper *seal.Keeper
	lookup *seal.Lookup // keyed hashes of identity numbers
	once   once.Log
}

// Deps are what the service works with.
type Deps struct {
	DB     *db.DB
	Clock  clock.Clock
	Places *place.Service
	Keeper *seal.Keeper
}

// New is the service; it makes the look-up key on the first start and indexes teams that an older version wrote.
func New(ctx context.Context, d Deps) (*Service, error) {
	lookup, err := d.Keeper.Lookup(ctx)
	if err != nil {
		return nil, err
	}
	s := &Service{db: d.DB, clock: d.Clock, places: d.Places, keeper: d.Keeper, lookup: lookup, once: once.NewLog(lookup)}
	return s, s.indexOld(ctx)
}

// indexOld indexes teams from before there was an index, some at a time.
func (s *Service) indexOld(ctx context.Context) error {
	for more := true; more; {
		err := s.db.Update(ctx, func(tx *db.Tx) error {
			var old []Team
			err := tx.Each(func(sc db.Scanner) error {
				t, err := scan(sc)
				old = append(old, t)
				return err
			}, `SELECT `+columns+` FROM team t WHERE t.folded = '' LIMIT 50`)
			if err != nil {
				return err
			}
			for _, t := range old {
				if _, err := tx.Exec(`UPDATE team SET folded = $1 WHERE id = $2`, folded(t), t.ID); err != nil {
					return err
				}
				if err := index(tx, t); err != nil {
					return err
				}
				if err := able(tx, t, "equipment", t.Equipment, true); err != nil {
					return err
				}
			}
			more = len(old) > 0
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// ErrUSCCTaken says that a credit code is on another team's record; whose, is not said.
var ErrUSCCTaken = fault.InvalidField("body.uscc", "uscc_taken", "该信用代码已登记在另一支队伍名下", "this credit code is another team's")

// command is what every use case carries: the id was made by the client.
type command struct {
	id      string
	verb    string
	version int64 // of the record as the actor saw it; 0 does not compare
	said    any   // the whole of the command, for telling a repetition from another
}

// again says whether the command was carried out before.
func (s *Service) again(tx *db.Tx, c command, actor, subject string) (bool, error) {
	return s.once.Again(tx, c.id, actor, c.verb, subject, c.said)
}

// Register puts a team on record with the status it has. For the coordination office of the place where the team is at
// home; a team from elsewhere goes on the record of the actor's own place. The same id twice is one team.
func (s *Service) Register(ctx context.Context, t Team) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	if err := s.housed(&t, actor); err != nil {
		return err
	}
	if t.Legal == "" {
		t.Legal = Legals.States[0].Key
	}
	t.Members, t.Core, t.Equipment, t.Version = 0, 0, nil, 1
	c := command{id: t.ID, verb: "team.register", said: t}
	if err := s.proper(ctx, &t); err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		if again, err := s.again(tx, c, actor.Account, t.ID); again || err != nil {
			return err
		}
		if err := s.stand(t, tx.Now); err != nil {
			return err
		}
		if n, err := insert(tx, t); err != nil || n == 0 {
			return orElse(err, taken(tx, t))
		}
		return journal.Append(tx, said(t, "registered", "", actor, ""))
	})
}

// taken is why a team could not be written: its credit code is another's, or its id is.
func taken(tx *db.Tx, t Team) error {
	var n int
	if err := tx.Get(`SELECT count(*) FROM team WHERE id = $1`, []any{t.ID}, &n); err != nil {
		return err
	}
	if n > 0 {
		return fault.ErrIDReused
	}
	return ErrUSCCTaken
}

func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// housed finds whose register holds a team: that of its home where the actor keeps it, else the actor's own.
func (s *Service) housed(t *Team, a access.Actor) error {
	if t.Home == "" {
		t.Home = t.Place
	}
	if t.Home == "" {
		return fault.InvalidField("body.home", "missing", "请选择队伍所在地", "choose where the team is at home")
	}
	if a.May(access.TeamRegister, t.Home) {
		t.Place = t.Home
		return nil
	}
	t.Place = ""
	for _, g := range a.Grants {
		if g.Place != "" && g.InForce(a.At) && g.Role.Can(access.TeamRegister) && (t.Place == "" || len(g.Place) < len(t.Place)) {
			t.Place = g.Place
		}
	}
	if t.Place == "" {
		return fault.ErrForbidden
	}
	return nil
}

// stand refuses a home, and a register that would newly hold the team, at a division that has ended.
func (s *Service) stand(t Team, at time.Time) error {
	for _, p := range []place.Path{t.Home, t.Place} {
		if err := s.places.Tree().RefuseEnded(p, at, "body.home"); err != nil {
			return err
		}
	}
	return nil
}

// proper brings what a person wrote of a team into the form in which it is kept, seals the contact, and says what is
// wrong.
func (s *Service) proper(ctx context.Context, t *Team) error {
	var wrong []fault.Field
	check := func(f *fault.Field) {
		if f != nil {
			wrong = append(wrong, *f)
		}
	}
	check(line(&t.Name, "body.name", 60, true))
	check(line(&t.Authority, "body.authority", 60, false))
	check(line(&t.Supervisor, "body.supervisor", 60, false))
	check(line(&t.USCCReason, "body.usccReason", maxReason, false))
	check(line(&t.Contact.Name, "body.contact.name", 40, false))
	if len(t.Aliases) > maxAliases {
		check(&fault.Field{Location: "body.aliases", Code: "too_many", Zh: "别名不超过 10 个", En: "at most 10 aliases"})
	}
	for i := range t.Aliases {
		check(line(&t.Aliases[i], "body.aliases", 60, true))
	}
	if t.Kind == "" {
		t.Kind = "other"
	}
	check(oneOf(t.Kind, Kinds, "body.kind"))
	if t.Level != "" {
		check(oneOf(t.Level, Levels, "body.level"))
	}
	if !slices.ContainsFunc(Legals.States, func(st lifecycle.State) bool { return st.Key == t.Legal }) {
		check(&fault.Field{Location: "body.legal", Code: "unknown", Zh: "没有这个登记状态", En: "there is no such status"})
	}
	check(skilled(t.Skills))
	if t.People < 0 || t.People > 1_000_000 {
		check(&fault.Field{Location: "body.people", Code: "number_invalid", Zh: "人数不对", En: "not a number of people"})
	}
	if p := (geo.Point{Lon: t.Lon, Lat: t.Lat}); !p.Valid() {
		check(&fault.Field{Location: "body.point", Code: "point_invalid", Zh: "位置不对", En: "not a place on Earth"})
	}
	check(coded(t))
	if t.Contact.Phone != "" {
		phone, ok := phoneOf(t.Contact.Phone)
		t.Contact.Phone = phone
		if !ok {
			check(&fault.Field{Location: "body.contact.phone", Code: "phone_invalid", Zh: "电话号码格式不正确", En: "not a phone number"})
		}
	}
	if f := fault.Invalids(wrong...); f != nil {
		return f
	}
	return s.sealContact(ctx, t)
}

// coded checks a credit code: wrong length or characters are refused; a wrong check character takes a reason.
func coded(t *Team) *fault.Field {
	t.USCC = input.Number(t.USCC)
	if t.USCC == "" {
		t.USCCReason = ""
		return nil
	}
	shape, right := usccCheck(t.USCC)
	switch {
	case !shape:
		return &fault.Field{Location: "body.uscc", Code: "uscc_shape", Zh: "统一社会信用代码为 18 位数字和大写字母，不含 I、O、S、V、Z", En: "a credit code has 18 digits and letters, without I, O, S, V, Z"}
	case right == t.USCC[usccLength-1]:
		t.USCCReason = ""
	case t.USCCReason == "":
		return &fault.Field{
			Location: "body.usccReason", Code: "uscc_check", Zh: "末位校验码不符，按规则应为 " + string(right) + "；与证书核对无误的，请填写理由",
			En: "the check character should be " + string(right) + "; if the certificate says so, give a reason",
		}
	}
	return nil
}

func skilled(skills []Skill) *fault.Field {
	for i, k := range skills {
		if !slices.Contains(SkillKeys, k.Key) || slices.ContainsFunc(skills[:i], func(o Skill) bool { return o.Key == k.Key }) {
			return &fault.Field{Location: "body.skills", Code: "skill_unknown", Zh: "专业类别有误或重复", En: "an unknown speciality, or the same twice"}
		}
		if k.Grade < 0 || k.Grade > worstGrade {
			return &fault.Field{Location: "body.skills", Code: "grade_invalid", Zh: "等级为 1 至 3 级，未定级的不填", En: "a grade is 1 to 3, or none"}
		}
	}
	return nil
}

func (s *Service) sealContact(ctx context.Context, t *Team) error {
	if t.Contact == (Contact{}) {
		return nil
	}
	key, err := s.keeper.For(ctx, "team:"+t.ID)
	if err != nil {
		return err
	}
	plain, err := json.Marshal(t.Contact)
	if err != nil {
		return err
	}
	t.contact, err = key.Seal(plain, "team:"+t.ID+":contact")
	return err
}

// step is the walk of every use case on one team: hold it, may the actor, was it done before, is it the version that the
// actor saw; then change, write, say so.
func (s *Service) step(ctx context.Context, team string, v access.Verb, c command, change func(tx *db.Tx, t *Team, a access.Actor) (verb, about, reason string, err error)) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		t, err := Hold(tx, actor, v, team)
		if err != nil {
			return err
		}
		if again, err := s.again(tx, c, actor.Account, team); again || err != nil {
			return err
		}
		if c.version != 0 && c.version != t.Version {
			return fault.ErrVersionStale.WithCurrent(map[string]any{"legal": t.Legal, "version": t.Version})
		}
		verb, about, reason, err := change(tx, &t, actor)
		if err != nil {
			return err
		}
		return Say(tx, t, verb, about, actor, reason)
	})
}

// Change replaces what the record says of a team; t.Version is the version that the actor saw. People, equipment and the
// legal status have use cases of their own; an empty contact keeps the one on record.
func (s *Service) Change(ctx context.Context, id string, t Team) error {
	c := command{id: id, verb: "team.change", version: t.Version, said: t}
	t.Legal = Legals.States[0].Key // not looked at
	if err := s.proper(ctx, &t); err != nil {
		return err
	}
	err := s.step(ctx, t.ID, access.TeamRegister, c, func(tx *db.Tx, now *Team, a access.Actor) (string, string, string, error) {
		t.Place, t.Legal, t.Members, t.Core, t.Equipment = now.Place, now.Legal, now.Members, now.Core, now.Equipment
		t.CreatedAt, t.Version = now.CreatedAt, now.Version
		if t.contact == nil {
			t.contact = now.contact
		}
		if t.Home == "" {
			t.Home = now.Home
		}
		if t.Home != now.Home {
			if err := s.housed(&t, a); err != nil {
				return "", "", "", err
			}
			if err := s.stand(t, tx.Now); err != nil {
				return "", "", "", err
			}
		}
		*now = t
		return "changed", "", "", index(tx, t)
	})
	if db.IsUnique(err) {
		return ErrUSCCTaken
	}
	return err
}

// Step is a move of the legal status, with what the registration says where the move is one.
type Step struct {
	Verb       string
	Reason     string
	Level      string
	Authority  string
	USCC       string
	USCCReason string
}

// Legal moves the legal status of a team (S000-13). For the office whose register holds it, never for its leader.
func (s *Service) Legal(ctx context.Context, id, team string, version int64, l Step) error {
	c := command{id: id, verb: "team.legal", version: version, said: l}
	err := s.step(ctx, team, access.TeamRegister, c, func(_ *db.Tx, t *Team, _ access.Actor) (string, string, string, error) {
		to, err := Legals.To(t.Legal, l.Verb)
		if err != nil {
			return "", "", "", err
		}
		if err := l.proper(t); err != nil {
			return "", "", "", err
		}
		t.Legal = to
		return "legal_" + l.Verb, "", l.Reason, nil
	})
	if db.IsUnique(err) {
		return ErrUSCCTaken
	}
	return err
}

// proper checks a step and writes what a registration says into the team.
func (l *Step) proper(t *Team) error {
	move := Legals.Moves[slices.IndexFunc(Legals.Moves, func(m lifecycle.Move) bool { return m.Verb == l.Verb })]
	if f := line(&l.Reason, "body.reason", maxReason, slices.Contains(move.Needs, "reason")); f != nil {
		return fault.Invalids(*f)
	}
	if move.To != "registered" || l.Verb == "resume" {
		return nil
	}
	t.Level, t.Authority = l.Level, l.Authority
	if l.USCC != "" {
		t.USCC, t.USCCReason = l.USCC, l.USCCReason
	}
	var wrong []fault.Field
	for _, f := range []*fault.Field{oneOf(t.Level, Levels, "body.level"), line(&t.Authority, "body.authority", 60, true), line(&t.USCCReason, "body.usccReason", maxReason, false), coded(t)} {
		if f != nil {
			wrong = append(wrong, *f)
		}
	}
	if f := fault.Invalids(wrong...); f != nil {
		return f
	}
	return nil
}

const (
	maxReason  = 200 // characters
	maxAliases = 10
)

// line brings a text of one line into the form in which it is kept.
func line(s *string, field string, most int, required bool) *fault.Field {
	*s = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r < 0x20 || (r >= 0x7f && r < 0xa0) || (r >= 0x202a && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069) || r == 0xfeff || r == 0xfffd {
			return ' '
		}
		return r
	}, *s)), " ")
	switch n := utf8.RuneCountInString(*s); {
	case n == 0 && required:
		return &fault.Field{Location: field, Code: "missing", Zh: "请填写", En: "please fill this in"}
	case n > most:
		return &fault.Field{Location: field, Code: "too_long", Zh: "内容过长", En: "this is too long"}
	}
	return nil
}

func oneOf(key string, keys []string, field string) *fault.Field {
	if slices.Contains(keys, key) {
		return nil
	}
	return &fault.Field{Location: field, Code: "unknown", Zh: "请从所列中选择", En: "choose one of those listed"}
}
