package access

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
	"lianyuan/platform/once"
	"lianyuan/platform/seal"
)

// Papers are the documents by which a person is known.
var Papers = []string{"resident_id", "residence_permit", "passport", "permanent_residence", "other"}

// PersonHash is the same for one person wherever the person is on record: it tells people apart and says nothing of who they
// are. number is as input.Number keeps it.
func PersonHash(lookup *seal.Lookup, paper, number string) []byte {
	return lookup.Hash("person", paper+":"+number)
}

// Identity is who is behind an account: the number of a paper, whichever. It stands sealed.
type Identity struct {
	Number string `json:"number"`
	Reason string `json:"reason,omitempty"` // why a number with a wrong check character was kept
}

// Identified says when an identity was put on record, by whom; Number is in an answer to administrators, masked by them.
type Identified struct {
	Number string
	At     time.Time
	By     string // account id
}

// The faults of identifying.
var (
	ErrIdentified  = fault.New(fault.Conflict, "account_identified", "本人证件已登记；需更正的，由安全管理员办理", "the paper is on record already; the security administrator corrects it")
	ErrPersonTaken = fault.InvalidField("body.number", "person_taken", "该证件号码已登记在另一账号名下，一人只有一个账号", "another account carries this number: one person has one account")
)

// proper brings the number into the form in which it is kept and says what is wrong with it. What has eighteen characters is
// checked as a resident number, and a wrong check character takes a reason.
func (i *Identity) proper() error {
	i.Number, i.Reason = input.Number(i.Number), strings.TrimSpace(input.Clean(i.Reason))
	n := utf8.RuneCountInString(i.Number)
	if n < 5 || n > 40 {
		return fault.InvalidField("body.number", "number_length", "证件号码为 5 至 40 位", "the number of a paper has 5 to 40 characters")
	}
	if utf8.RuneCountInString(i.Reason) > 200 {
		return fault.InvalidField("body.reason", "too_long", "不超过 200 字", "at most 200 characters")
	}
	if n != 18 {
		i.Reason = ""
		return nil
	}
	shape, right := input.Resident(i.Number)
	switch {
	case !shape:
		return fault.InvalidField("body.number", "number_shape", "18 位证件号码应含出生日期，请核对", "a number of 18 characters holds the date of birth: please check")
	case i.Number[17] == right:
		i.Reason = ""
	case i.Reason == "":
		return fault.InvalidField("body.reason", "number_check", "末位校验码不符；与证件核对无误的，请填写理由", "the check character does not fit; if the paper says so, give a reason")
	}
	return nil
}

// KnowMembers tells the service which teams have a person among their members, by the hashes the person may be known under.
// It is told once, before the first request.
func (s *Service) KnowMembers(teams func(tx *db.Tx, persons [][]byte) ([]string, error)) {
	s.teamsOf = teams
}

// KnowTies tells the service how a person is tied to teams in an incident otherwise than by their rosters. It is told once,
// before the first request.
func (s *Service) KnowTies(ties ...func(tx *db.Tx, persons [][]byte) ([]Tie, error)) {
	s.tiesOf = ties
}

// Identify puts on record who is behind an account: the person, once; or the security administrator for somebody else, who
// may also correct it with a reason. Fails with ErrIdentified, ErrPersonTaken.
func (s *Service) Identify(ctx context.Context, id, account string, who Identity, reason string) error {
	actor, err := From(ctx)
	if err != nil {
		return err
	}
	self := account == actor.Account
	if !self {
		if _, err := Require(ctx, AccountGrant, place.Root); err != nil {
			return err
		}
	}
	reason = strings.TrimSpace(input.Clean(reason))
	if utf8.RuneCountInString(reason) > 400 {
		return fault.InvalidField("body.why", "too_long", "不超过 400 字", "at most 400 characters")
	}
	said := []any{who, reason}
	write, err := s.identifying(ctx, account, &who)
	if err != nil {
		return err
	}
	key, err := s.keeper.Lookup(ctx)
	if err != nil {
		return err
	}
	defer s.forget()
	return s.db.Update(ctx, func(tx *db.Tx) error {
		again, err := once.NewLog(key).Again(tx, id, actor.Account, "account.identify", account, said)
		if again || err != nil {
			return err
		}
		var before int64
		if err := tx.Get(`SELECT identified_at FROM account WHERE id = $1`, []any{account}, &before); err != nil {
			return err
		}
		switch {
		case before != 0 && self:
			return ErrIdentified
		case before != 0 && reason == "":
			return fault.InvalidField("body.why", "missing", "更正已登记的证件须填写原因", "correcting what is on record takes a reason")
		}
		return write(tx, actor.Account, before, reason)
	})
}

// identifying checks and seals who is behind an account; write puts it on record unless somebody did since before was read.
func (s *Service) identifying(ctx context.Context, account string, who *Identity) (write func(tx *db.Tx, by string, before int64, reason string) error, err error) {
	if err := who.proper(); err != nil {
		return nil, err
	}
	lookup, err := s.keeper.Lookup(ctx)
	if err != nil {
		return nil, err
	}
	plain, err := json.Marshal(who)
	if err != nil {
		return nil, err
	}
	sealed, err := s.seal(ctx, string(plain), "account:"+account+":paper")
	if err != nil {
		return nil, err
	}
	rows, args := make([]string, len(Papers)), make([]any, 0, 1+len(Papers))
	args = append(args, account)
	for i, paper := range Papers {
		rows[i] = fmt.Sprintf("($%d, $1)", i+2)
		args = append(args, PersonHash(lookup, paper, who.Number))
	}
	return func(tx *db.Tx, by string, before int64, reason string) error {
		n, err := tx.Exec(`UPDATE account SET paper = $1, identified_at = $2, identified_by = $3, version = version + 1 WHERE id = $4 AND identified_at = $5`,
			sealed, clock.Micro(tx.Now), by, account, before)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrIdentified
		}
		if _, err := tx.Exec(`DELETE FROM account_person WHERE account = $1`, account); err != nil {
			return err
		}
		n, err = tx.Exec(`INSERT INTO account_person (hash, account) VALUES `+strings.Join(rows, ", ")+` ON CONFLICT DO NOTHING`, args...)
		if err != nil {
			return err
		}
		if int(n) < len(Papers) {
			return ErrPersonTaken
		}
		return journal.Append(tx, journal.Entry{
			Verb: "account.identified", Kind: "account", Subject: account, Place: string(place.Root), Scope: journal.Guard, Actor: by, Reason: reason,
			Body: map[string]bool{"self": by == account, "corrected": before != 0, "identified": true},
		}.Since(journal.Was{}.With("identified", before != 0)))
	}, nil
}

// membership fills in the teams that have the person behind the account among their members, and those that the person is
// tied to in an incident.
func (s *Service) membership(tx *db.Tx, a *Actor) error {
	if !a.Identified || s.teamsOf == nil {
		return nil
	}
	var hashes [][]byte
	err := tx.Each(func(sc db.Scanner) error {
		var h []byte
		err := sc.Scan(&h)
		hashes = append(hashes, h)
		return err
	}, `SELECT hash FROM account_person WHERE account = $1 ORDER BY hash`, a.Account)
	if err != nil {
		return err
	}
	if a.Member, err = s.teamsOf(tx, hashes); err != nil || len(hashes) == 0 {
		return err
	}
	for _, of := range s.tiesOf {
		ties, err := of(tx, hashes)
		if err != nil {
			return err
		}
		a.Ties = append(a.Ties, ties...)
	}
	return nil
}

// unknown is the condition of an account a that may decide about teams and of whom nobody knows who is behind it.
func unknown(now time.Time) string {
	var judges []string
	for _, r := range Roles() {
		if r.Judges() {
			judges = append(judges, "'"+string(r)+"'")
		}
	}
	return fmt.Sprintf(`a.active AND a.identified_at = 0 AND a.id IN (SELECT g.account FROM role_grant g WHERE g.revoked_at IS NULL
		AND (g.not_after = 0 OR g.not_after > %d) AND g.role IN (%s))`, clock.Micro(now), strings.Join(judges, ", "))
}

// Unidentified is how many accounts may decide about teams without anybody knowing which teams their people belong to. For
// contexts above, which decide who asks.
func Unidentified(tx *db.Tx) (n int, err error) {
	err = tx.Get(`SELECT count(*) FROM account a WHERE `+unknown(tx.Now), nil, &n)
	return n, err
}
