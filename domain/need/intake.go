package need

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
)

// Call is what a person says on the form or on the telephone.
type Call struct {
	ID         string     `json:"id"`
	Kind       Kind       `json:"kind"`
	Text       string     `json:"text"`
	Address    string     `json:"address"`
	People     *int       `json:"people"`
	Vulnerable []string   `json:"vulnerable"`
	Phone      string     `json:"phone"`
	Name       string     `json:"name"`
	Point      *Point     `json:"point"`
	Place      place.Code `json:"place"`
	Incident   string     `json:"incident,omitempty"` // id; staff alone may name one, so that an exercise never passes through the real queue

	Unread string `json:"unread,omitempty"` // what of it could not be read, as it came

	Marks      []string  `json:"-"` // flags of whoever read it
	ClientAt   time.Time `json:"-"`
	Asked      bool      `json:"-"` // the second try of somebody who was asked once more
	Channel    string    `json:"-"` // web, form, staff
	Quarantine bool      `json:"-"` // its address has sent too many: taken, but marked
	NoProof    bool      `json:"-"` // came in a flood without proof of work: the same
}

// Receipt is what the caller gets.
type Receipt struct {
	Code  id.Receipt
	Stage string
	At    time.Time
	Flags []string
	Place place.Path
}

// maxText is how much of one text is kept, in characters; what is longer is cut and flagged, never refused.
const maxText = 10000

// ErrAskOnce asks a caller who gave neither place nor phone nor words once more.
var ErrAskOnce = fault.New(fault.Invalid, "ask_once_more", "请至少说明在哪里、发生了什么，或留下电话；确实不便填写，可再次提交", "please say where you are, what happened, or leave a phone number; if you cannot, send it again")

// Report takes a call for help from anybody. Nothing that could be a cry for help is refused: a call with neither
// place, phone nor words is asked once more (ErrAskOnce), everything else is taken and flagged. The same id with the
// same words is the same report and the same receipt; with other words it is refused (ErrIDReused).
//
// When it returns, the report is durable.
func (s *Service) Report(ctx context.Context, c Call) (Receipt, error) {
	c.Incident = ""
	return s.take(ctx, c, incident.Incident{}, access.Public)
}

// Take is Report for a member of staff who writes down what a caller says (代报登记).
func (s *Service) Take(ctx context.Context, c Call) (Receipt, error) {
	actor, err := access.From(ctx)
	if err != nil {
		return Receipt{}, err
	}
	if len(actor.Spans(access.ReportTake)) == 0 && !slices.Contains(actor.Incidents(access.ReportTake), c.Incident) {
		return Receipt{}, fault.ErrForbidden
	}
	c.Channel, c.Asked = "staff", true
	if c.Incident == "" {
		return s.take(ctx, c, incident.Incident{}, actor.Account)
	}
	var into incident.Incident
	if err := s.db.View(ctx, func(tx *db.Tx) (err error) {
		into, err = incident.ByID(tx, c.Incident)
		return err
	}); err != nil {
		return Receipt{}, err
	}
	switch {
	case !into.Seen(actor):
		return Receipt{}, fault.ErrNotFound
	case into.State == "closed" || into.State == "dropped":
		return Receipt{}, incident.ErrNotOpen
	}
	return s.take(ctx, c, into, actor.Account)
}

func (s *Service) take(ctx context.Context, c Call, into incident.Incident, sender string) (Receipt, error) {
	c, flags := tidy(c)
	if !c.Asked && c.Text == "" && c.Address == "" && c.Phone == "" && c.Point == nil && c.Place == "" {
		return Receipt{}, ErrAskOnce
	}
	now := s.clock.Now()
	where, odd := s.locate(c, now)
	for _, f := range odd {
		if !slices.Contains(flags, f) {
			flags = append(flags, f)
		}
	}
	if into.ID != "" && !into.Covers(s.places.Tree(), where, now) {
		return Receipt{}, fault.InvalidField("body.place", "outside", "所在区划不在该事件涉及地区内", "the place lies outside the places of the incident")
	}
	if !c.ClientAt.IsZero() && c.ClientAt.Sub(now).Abs() > time.Hour && !slices.Contains(flags, "odd_clock") {
		flags = append(flags, "odd_clock")
	}
	r := Report{
		ID: c.ID, Kind: c.Kind, Severity: s.scale(where, now).Rate(c.Kind, c.People, c.Vulnerable).Severity, People: c.People, Vulnerable: c.Vulnerable,
		Place: where, Point: c.Point, Channel: c.Channel, Flags: flags, ClientAt: c.ClientAt, Stage: "received", Version: 1,
		Incident: into.ID, Drill: into.Drill, ReceivedAt: now,
		Person: Person{Phone: c.Phone, Name: c.Name, Text: c.Text, Address: c.Address, Unread: c.Unread},
	}
	a, err := s.arrive(ctx, r, sender, c)
	if err != nil {
		return Receipt{}, err
	}
	if err := s.intake.Update(ctx, a); err != nil {
		return Receipt{}, err
	}
	return a.receipt, a.err
}

// arrival is a report on its way into the database.
type arrival struct {
	report       Report
	person       []byte // sealed
	hash, digest []byte // of its receipt code; of said
	sender, said string
	code         id.Receipt

	fresh   bool    // it was not there yet
	receipt Receipt // or err: what its caller gets
	err     error
}

func (s *Service) arrive(ctx context.Context, r Report, sender string, c Call) (*arrival, error) {
	key, err := s.keeper.For(ctx, r.scope())
	if err != nil {
		return nil, err
	}
	plain, err := json.Marshal(r.Person)
	if err != nil {
		return nil, err
	}
	a := &arrival{report: r, sender: sender, code: s.receiptOf(r.ID)}
	if a.person, err = key.Seal(plain, "report:"+r.ID+":person"); err != nil {
		return nil, err
	}
	said, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	a.said = sender + "\x00" + string(said)
	a.hash = s.lookup.Hash("receipt", string(a.code))
	a.digest = s.lookup.Hash("body", a.said)
	return a, nil
}

// receive writes reports that come in the same moment (db.Gather). One that is refused takes no other with it.
func (s *Service) receive(tx *db.Tx, together []*arrival) error {
	// in one order on every node: two that were sent the same reports do not wait for each other in a circle
	together = slices.Clone(together)
	slices.SortStableFunc(together, func(a, b *arrival) int { return strings.Compare(a.report.ID, b.report.ID) })
	if err := insertReports(tx, together); err != nil {
		return err
	}
	for _, a := range together {
		r := a.report
		a.err = nil
		if !a.fresh {
			if a.receipt, a.err = s.sameAgain(tx, a); a.err != nil && !errors.Is(a.err, fault.ErrIDReused) {
				return a.err
			}
			continue
		}
		r.ReceivedAt = tx.Now
		a.receipt = Receipt{Code: a.code, Stage: r.Stage, At: r.ReceivedAt, Flags: r.Flags, Place: r.Place}
		e := reportEntry(r, "received", a.sender, "")
		e.Anywhere = true
		if err := journal.Append(tx, e); err != nil {
			return err
		}
	}
	return nil
}

// sealScope is what is destroyed together before a report has an incident: a county's reports of a month.
func sealScope(p place.Path, now time.Time) string {
	codes := p.Codes()
	county := place.Root
	for i, c := range codes {
		if i == 3 || len(c) > 6 { // nothing below the county
			break
		}
		county = county.Child(c)
	}
	return "report:" + string(county) + ":" + now.Format("2006-01")
}

// sameAgain answers an id that is known: the report it was, with its receipt, or a refusal that says nothing about it.
func (s *Service) sameAgain(tx *db.Tx, a *arrival) (Receipt, error) {
	var digest []byte
	var at int64
	var flags string
	if err := tx.Get(`SELECT digest, received_at, flags FROM report WHERE id = $1`, []any{a.report.ID}, &digest, &at, &flags); err != nil {
		return Receipt{}, err
	}
	if !s.lookup.Same(digest, "body", a.said) {
		return Receipt{}, fault.ErrIDReused
	}
	code := id.ReceiptFrom(s.lookup.DeriveAs(digest, receiptCode, a.report.ID))
	return Receipt{Code: code, Stage: "received", At: clock.FromMicro(at), Flags: split(flags), Place: a.report.Place}, nil
}

// receiptOf is the receipt code of a report: 60 bits that nobody can guess without the key, the same whenever the
// report is sent again, and nowhere stored but as a hash.
func (s *Service) receiptOf(report string) id.Receipt {
	return id.ReceiptFrom(s.lookup.Derive(receiptCode, report))
}

const receiptCode = "receipt code"

// IDOf is the id of a call that brings none: it follows from where it comes from and what it says, within a time in which
// a phone tries again. The same words of one address in that time are one report, later they are another.
func (s *Service) IDOf(address string, said []byte) (string, error) {
	now := s.clock.Now()
	within, _, err := s.params.Minutes(s.home, "need.same_words_within", now)
	if err != nil {
		return "", err
	}
	return id.From(s.lookup.Derive("report id", address+"\x00"+now.Truncate(max(within, time.Minute)).String()+"\x00"+string(said))), nil
}

var mobile = regexp.MustCompile(`^1[3-9]\d{9}$`)

var landline = regexp.MustCompile(`^0\d{2,3}-?\d{7,8}$`)

// tidy brings a call into shape and flags what looks odd. It drops nothing that may help to find somebody.
func tidy(c Call) (Call, []string) {
	flags := []string{}
	flag := func(on bool, f string) {
		if on && !slices.Contains(flags, f) {
			flags = append(flags, f)
		}
	}
	for _, t := range []*string{&c.Text, &c.Address, &c.Name, &c.Phone, &c.Unread} {
		*t = strings.TrimSpace(input.Clean(*t))
		if utf8.RuneCountInString(*t) > maxText {
			*t = string([]rune(*t)[:maxText])
			flag(true, "text_cut")
		}
	}
	if !slices.Contains(Kinds, c.Kind) {
		c.Kind = Other
	}
	known := c.Vulnerable[:0:0]
	for _, v := range Vulnerable {
		if slices.Contains(c.Vulnerable, v) {
			known = append(known, v)
		}
	}
	c.Vulnerable = known
	if c.People != nil && (*c.People < 0 || *c.People > 100000) {
		c.People = nil
		flag(true, "odd_people")
	}
	c.Phone = plainPhone(c.Phone)
	flag(c.Phone == "", "no_phone")
	flag(c.Phone != "" && !mobile.MatchString(c.Phone) && !landline.MatchString(c.Phone), "odd_phone")
	if p := c.Point; p != nil && (math.IsNaN(p.Lon+p.Lat) || math.Abs(p.Lon) > 180 || math.Abs(p.Lat) > 90 || (p.Lon == 0 && p.Lat == 0)) {
		c.Point = nil
		flag(true, "odd_place")
	}
	for _, m := range c.Marks {
		flag(true, m)
	}
	flag(c.Quarantine, "quarantine")
	flag(c.NoProof, "no_proof")
	return c, flags
}

// plainPhone writes a number as it is dialled: full-width digits, blanks, brackets and +86 are how people type it.
func plainPhone(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == ' ' || r == '\u3000' || r == '(' || r == ')' || r == '（' || r == '）':
			return -1
		}
		return r
	}, s)
	s = strings.TrimPrefix(strings.TrimPrefix(s, "+86"), "0086")
	if d := strings.ReplaceAll(s, "-", ""); mobile.MatchString(d) {
		return d
	}
	return s
}

// locate finds the desk that a call belongs to: the county of the point, else the place that was named, else home.
// A point in another place than the one named is believed, and flagged.
func (s *Service) locate(c Call, now time.Time) (place.Path, []string) {
	tree := s.places.Tree()
	named, haveNamed := tree.Get(c.Place, now)
	if c.Place == "" {
		haveNamed = false
	}
	if haveNamed && !named.Valid(now) { // a page that was opened before it ended, or a habit: it is said to whoever took over
		if heirs := tree.Current(named.Path, now); len(heirs) == 1 {
			named = heirs[0]
		}
	}
	if c.Point != nil {
		if found, ok := tree.At(c.Point.Lon, c.Point.Lat, now); ok {
			if haveNamed && found.County.Path.Contains(named.Path) {
				return named.Path, nil
			}
			if haveNamed {
				return found.County.Path, []string{"odd_place"}
			}
			return found.County.Path, nil
		}
		if haveNamed {
			return named.Path, []string{"odd_place"}
		}
		return s.home, []string{"odd_place"}
	}
	if haveNamed {
		return named.Path, nil
	}
	if c.Place != "" {
		return s.home, []string{"odd_place"}
	}
	return s.home, []string{"no_place"}
}

// ErrNoReceipt says that no report has this receipt; the same words for a wrong code and an unknown one.
var ErrNoReceipt = fault.New(fault.NotFound, "receipt_unknown", "没有查到这个回执码，请核对", "there is no such receipt code")
