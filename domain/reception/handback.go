package reception

import (
	"context"
	"fmt"
	"slices"
	"time"

	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/seal"
)

// Handback is a line of what a party was lent or issued on site and hands back, or has used up, before it leaves (S004-82).
type Handback struct {
	ID      string
	Party   string
	What    string
	Unit    string
	Lent    int
	Lender  string
	Request string // of logistics, where it came from one; ""
	Back    int
	Damaged int
	Lost    int
	Used    int // up, as it was meant to be
	Note    seal.Text
	By      string
	At      time.Time // zero: not handed back yet
	Version int64
}

// Open says whether nobody has recorded yet what became of it.
func (h Handback) Open() bool { return h.At.IsZero() }

const (
	maxLent  = 1_000_000
	maxLines = 200
)

// Lent is what logistics has brought to a team by one request and what it hands back. The parties of the team in the
// incident share it: it stands on the list of one of them, or in parts on the lists of several.
type Lent struct {
	Request  string
	Quantity int
}

// Lend puts lines on the hand-back list of a party. Of what logistics has brought by a request no more stands on the lists
// of the parties of the team than came; lent is what came, which the desk does not say.
func (s *Service) Lend(ctx context.Context, id, party string, lines []Handback, lent []Lent) error {
	lines = slices.Clone(lines)
	var c input.Check
	c.Bad(len(lines) == 0, "lines", "missing", "请填写归还物资", "say what is to be handed back")
	c.Bad(len(lines) > maxLines, "lines", "too_many", "一次不超过 200 项", "at most 200 lines")
	for i := range lines[:min(len(lines), maxLines)] {
		h, at := &lines[i], fmt.Sprintf("lines[%d].", i)
		c.Bad(h.ID == "", at+"id", "missing", "请填写", "please fill this in")
		c.Line(&h.What, at+"what", 60, true)
		c.Line(&h.Unit, at+"unit", 10, true)
		c.Line(&h.Lender, at+"lender", 60, true)
		c.Bad(h.Lent < 1 || h.Lent > maxLent, at+"lent", "range", "数量应为 1 至 1000000", "a quantity of 1 to 1000000")
	}
	if err := c.Err(); err != nil {
		return err
	}
	return s.on(ctx, party, command{id: id, verb: "lend", past: "handback_listed", said: lines, first: holdTeamOf}, func(x *step) error {
		if !x.Inside() {
			return ErrGone
		}
		listed, err := listedOf(x.tx, *x.Party)
		if err != nil {
			return err
		}
		var c input.Check
		for i, h := range lines {
			h.Party = x.ID
			if !fits(&c, i, h, lent, listed) {
				continue
			}
			in, err := insertHandback(x.tx, h)
			if err != nil {
				return err
			}
			c.Bad(!in, fmt.Sprintf("lines[%d]", i), "listed", "已在归还清单中", "this stands on the list already")
		}
		x.about["lines"] = len(lines)
		return c.Err()
	})
}

// fits says whether a line is no more than what came by its request and stands on no list yet; a line without one fits.
func fits(c *input.Check, i int, h Handback, lent []Lent, listed map[string]int) bool {
	if h.Request == "" {
		return true
	}
	at := fmt.Sprintf("lines[%d]", i)
	n := slices.IndexFunc(lent, func(x Lent) bool { return x.Request == h.Request })
	if n < 0 {
		c.Bad(true, at, "unknown", "后勤未向该队借出此项", "logistics has not lent this to the team")
		return false
	}
	rest := lent[n].Quantity - listed[h.Request]
	c.Bad(rest <= 0, at, "listed", "已在归还清单中", "it stands on a list already")
	c.Bad(rest > 0 && h.Lent > rest, at+".lent", "too_many", fmt.Sprintf("未列入清单的只有 %d", rest), fmt.Sprintf("only %d are on no list yet", rest))
	listed[h.Request] += h.Lent
	return rest >= h.Lent
}

// ErrGone says that a party has left, so that its lists do not change any more.
var ErrGone = fault.New(fault.Conflict, "reception.gone", "该队伍已离场", "this team has left")

// Settlement is what became of a line of the hand-back list: back, damaged, lost and used are together what was lent or issued.
type Settlement struct {
	ID      string // of the command
	Version int64
	Back    int // unharmed
	Damaged int
	Lost    int
	Used    int
	Note    string // asked for when anything is damaged or lost
}

func (t *Settlement) check(lent int) error {
	var c input.Check
	c.Bad(t.Back < 0 || t.Damaged < 0 || t.Lost < 0 || t.Used < 0 || t.Back+t.Damaged+t.Lost+t.Used != lent, "back", "sum",
		"完好、损坏、遗失、消耗之和应等于借出或发放数量", "back, damaged, lost and used must add up to what was lent or issued")
	c.Text(&t.Note, "note", 200, t.Damaged > 0 || t.Lost > 0)
	return c.Err()
}

// Settle records what became of a line. Recorded wrongly, it is recorded again.
func (s *Service) Settle(ctx context.Context, party, line string, t Settlement) error {
	key, err := s.keyOf(ctx, party)
	if err != nil {
		return err
	}
	cmd := command{id: t.ID, verb: "settle", past: "handback_recorded", said: []any{line, t}}
	return s.on(ctx, party, cmd, func(x *step) error {
		h, err := lineOf(x, line)
		if err != nil {
			return err
		}
		if t.Version != 0 && t.Version != h.Version {
			return fault.ErrVersionStale.WithCurrent(map[string]any{"version": h.Version})
		}
		if err := t.check(h.Lent); err != nil {
			return err
		}
		if h.Note, err = key.Text(t.Note, "handback:"+h.ID+":note"); err != nil {
			return err
		}
		h.Back, h.Damaged, h.Lost, h.Used, h.By, h.At = t.Back, t.Damaged, t.Lost, t.Used, x.actor.Account, x.tx.Now
		h.Version++
		x.about["damaged"], x.about["lost"] = t.Damaged, t.Lost
		return settle(x.tx, h)
	})
}

// Unlist takes a line off the list that was put there by mistake. What is recorded stays.
func (s *Service) Unlist(ctx context.Context, id, party, line string, version int64) error {
	return s.on(ctx, party, command{id: id, verb: "unlist", past: "handback_unlisted", said: []any{line, version}}, func(x *step) error {
		h, err := lineOf(x, line)
		if err != nil {
			return err
		}
		if version != 0 && version != h.Version {
			return fault.ErrVersionStale.WithCurrent(map[string]any{"version": h.Version})
		}
		if !h.Open() {
			return ErrSettled
		}
		return dropHandback(x.tx, h.ID)
	})
}

// ErrSettled says that a line is recorded already.
var ErrSettled = fault.New(fault.Conflict, "handback.recorded", "该项已登记归还，不能移除", "this line is recorded and cannot be taken off the list")

// lineOf is a line of the list of a party that is still here.
func lineOf(x *step, line string) (Handback, error) {
	h, err := handbackByID(x.tx, line)
	switch {
	case err != nil:
		return h, err
	case h.Party != x.ID:
		return h, fault.ErrNotFound
	case !x.Inside():
		return h, ErrGone
	}
	return h, nil
}
