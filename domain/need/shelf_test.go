package need_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/need"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
)

// towns are places of several levels in two districts.
var towns = []place.Code{"500110", "500110001", "500110101", "500119", "500119001"}

func (n *nodes) open(t *testing.T, i int, d need.Draft) string {
	t.Helper()
	c := call("一楼进水")
	c.ID, c.Place = id.New(), towns[i%len(towns)]
	c.Kind = need.Kinds[i%len(need.Kinds)]
	made := id.New()
	_, err := n.on[i%2].Report(n.ctx, c)
	if err == nil {
		err = n.on[i%2].Look(n.ctx, c.ID)
	}
	if err == nil {
		err = n.on[i%2].Decide(n.ctx, c.ID, need.Decision{ID: id.New(), NewID: made, Outcome: "verified", New: &d})
	}
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func (n *nodes) order(t *testing.T) string {
	t.Helper()
	i := need.Instruction{ID: id.New(), Number: "1 号", Issuer: "市政府", How: "paper", IssuedAt: clock.System{}.Now().Add(-time.Hour), Place: "/50/"}
	if err := n.on[0].Record(n.ctx, i); err != nil {
		t.Fatal(err)
	}
	return i.ID
}

// fits fails the test when the counts, lists or words of the needs differ from the needs.
func (n *nodes) fits(t *testing.T) {
	t.Helper()
	_, faults, err := n.on[0].Recount(context.Background())
	if err != nil || len(faults) > 0 {
		t.Fatalf("%v\n%v", err, faults)
	}
}

// step does one random thing to one need; what the state does not allow is refused and changes nothing.
func (n *nodes) step(r *rand.Rand, on int, needs []string, order string) error {
	s, one := n.on[on], needs[r.IntN(len(needs))]
	switch r.IntN(6) {
	case 0:
		return s.Publish(n.ctx, one, need.Publication{ID: id.New(), Instruction: order, Audience: []string{"teams"}})
	case 1:
		return s.Publish(n.ctx, one, need.Publication{ID: id.New(), Instruction: order, Audience: []string{"teams", "public"}})
	case 2:
		return s.Withdraw(n.ctx, id.New(), one, 0, "有误")
	case 3:
		if r.IntN(4) > 0 {
			return nil
		}
		return s.Close(n.ctx, id.New(), one, 0, "已转移")
	}
	return s.Correct(n.ctx, id.New(), one, 0, "核实后更正", need.Draft{Title: fmt.Sprint("老人需转移", r.IntN(3)), Severity: r.IntN(5)})
}

// Whatever is done in whatever order, the counts are what counting again finds, and every list is what its filter says
// of all needs, in one order.
func TestCountsAndListsFitWhateverIsDone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n := newNodes(t, d)
		order := n.order(t)
		for seed := range uint64(4) {
			r := rand.New(rand.NewPCG(seed, 1))
			var needs []string
			for i := range 14 {
				needs = append(needs, n.open(t, i, need.Draft{Title: "老人需转移", Severity: r.IntN(5)}))
				for range 4 {
					only(t, []error{n.step(r, i%2, needs, order)}, fault.Transition())
				}
			}
			n.fits(t)
		}
		all := n.page(t, need.ListFilter{Selection: need.Selection{State: "all"}})
		if len(all) != 56 {
			t.Fatalf("%d needs", len(all))
		}
		for _, sel := range selections() {
			want := slices.Clone(all)
			want = slices.DeleteFunc(want, func(x need.Need) bool { return !chosen(sel, x) })
			n.same(t, sel, want)
		}
	})
}

func selections() (list []need.Selection) {
	for _, state := range []string{"open", "published", "closed", "all"} {
		for _, at := range []place.Path{"", "/50/", "/50/500110/", "/50/500110/500110001/"} {
			for _, kind := range []need.Kind{"", need.Injured} {
				for _, severity := range []int{0, 1, 3} {
					for _, audience := range []string{"", "teams", "public"} {
						list = append(list, need.Selection{State: state, Place: at, Kind: kind, Severity: severity, Audience: audience})
					}
				}
			}
		}
	}
	return list
}

// chosen is the filter as a person would say it.
func chosen(f need.Selection, n need.Need) bool {
	return (f.State == "all" || f.State == n.State) && (f.Place == "" || f.Place.Contains(n.Place)) && (f.Kind == "" || f.Kind == n.Kind) &&
		(f.Severity == 0 || f.Severity == n.Severity) && (f.Audience == "" || (n.State == "published" && slices.Contains(n.Audience, f.Audience)))
}

func (n *nodes) page(t *testing.T, f need.ListFilter) []need.Need {
	t.Helper()
	f.Limit = 200
	p, err := n.on[0].Needs(n.ctx, f)
	if err != nil {
		t.Fatal(err)
	}
	return p.Items
}

// same compares a list, read in pages of seven, and its counts with what they should be.
func (n *nodes) same(t *testing.T, sel need.Selection, want []need.Need) {
	t.Helper()
	var got []need.Need
	f := need.ListFilter{Selection: sel, Limit: 7}
	for {
		p, err := n.on[0].Needs(n.ctx, f)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, p.Items...)
		total := 0
		for state, c := range p.Counts {
			if sel.State == "all" || sel.State == state {
				total += c
			}
		}
		if total != len(want) {
			t.Errorf("%+v: counts %v, want %d", sel, p.Counts, len(want))
		}
		if f.Cursor = p.Next; f.Cursor == "" {
			break
		}
	}
	if !slices.EqualFunc(got, want, func(a, b need.Need) bool { return a.ID == b.ID }) {
		t.Errorf("%+v: %d needs in this order, want %d", sel, len(got), len(want))
	}
	if !slices.IsSortedFunc(got, func(a, b need.Need) int {
		return 10*(a.Severity-b.Severity) + a.CreatedAt.Compare(b.CreatedAt)
	}) {
		t.Errorf("%+v: not in the order of severity and time", sel)
	}
}

// Writers on two nodes at once lose no count.
func TestCountsOfTwoWritersAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n := newNodes(t, d)
		order := n.order(t)
		var needs []string
		for i := range 10 {
			needs = append(needs, n.open(t, i, need.Draft{Title: "老人需转移"}))
		}
		errs := n.atOnce(120, func(_ *need.Service, i int) error {
			return n.step(rand.New(rand.NewPCG(uint64(i), 2)), i%2, needs, order)
		})
		if only(t, errs, fault.Transition(), fault.ErrVersionStale) == 0 {
			t.Error("nothing went well")
		}
		n.fits(t)
	})
}

// A count that was changed behind the program's back is found.
func TestRecountFindsWhatDoesNotFit(t *testing.T) {
	for name, spoil := range map[string]string{
		"count": `UPDATE tally SET n = n + 1 WHERE place = '/50/'`,
		"list":  `DELETE FROM need_at WHERE area = '/50/'`,
		"words": `DELETE FROM need_words`,
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				n := newNodes(t, d)
				n.open(t, 0, need.Draft{Title: "老人需转移"})
				n.fits(t)
				err := d.Update(context.Background(), func(tx *db.Tx) error {
					_, err := tx.Exec(spoil)
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				if _, faults, err := n.on[0].Recount(context.Background()); err != nil || len(faults) == 0 {
					t.Errorf("%v, %v", faults, err)
				}
			})
		})
	}
}

// Needs from before there were lists are put into them when the program starts.
func TestNeedsOfBeforeAreShelved(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n := newNodes(t, d)
		for i := range 60 {
			n.open(t, i, need.Draft{Title: "老人需转移"})
		}
		err := d.Update(context.Background(), func(tx *db.Tx) error {
			for _, sql := range []string{
				`UPDATE need SET moment = NULL`, `UPDATE need SET created_at = (SELECT min(created_at) FROM need)`,
				`DELETE FROM tally`, `DELETE FROM need_at`, `DELETE FROM need_words`,
			} {
				if _, err := tx.Exec(sql); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		n = newNodes(t, d)
		n.fits(t)
		if got := n.page(t, need.ListFilter{Query: "转移"}); len(got) != 60 {
			t.Errorf("%d needs found", len(got))
		}
	})
}

// A word is found where the actor may see it and nowhere else, also when it stands in the title, the detail or the name
// of the place; after a correction by the new words only; and a closed need is still found.
func TestWordsAreFound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n := newNodes(t, d)
		made := n.open(t, 1, need.Draft{Title: "沙溪路独居老人", Detail: "需要担架，3号楼 ＢＯＡＴ 已到"})
		other := n.open(t, 4, need.Draft{Title: "卫生院断水"})
		number := n.page(t, need.ListFilter{Query: "卫生院"})[0].Number
		find := func(query, state string, want ...string) {
			t.Helper()
			got := n.page(t, need.ListFilter{Query: query, Selection: need.Selection{State: state}})
			ids := make([]string, len(got))
			for i, x := range got {
				ids[i] = x.ID
			}
			if !slices.Equal(ids, want) {
				t.Errorf("%q: %d found, want %d", query, len(ids), len(want))
			}
		}
		find("老人", "open", made)
		find("独居老人", "open", made)
		find("人", "open", made)
		find("担架 boat", "open", made)
		find("3号楼", "open", made)
		find("老人 断水", "open")
		find("綦江", "open", made)
		find("南川", "open", other)
		find(number, "open", other)
		find(" "+strings.ToLower(number), "all", other)
		find("🚣", "open")
		find(`"' OR * ) (`, "open")
		find("·a50x", "open")
		if err := n.on[0].Correct(n.ctx, id.New(), made, 0, "地点有误", need.Draft{Title: "柏林路老年人", Severity: 1}); err != nil {
			t.Fatal(err)
		}
		find("老人", "open")
		find("柏林", "open", made)
		if err := n.on[0].Close(n.ctx, id.New(), made, 0, "已转移"); err != nil {
			t.Fatal(err)
		}
		find("柏林", "open")
		find("柏林", "closed", made)
		find("柏林", "all", made)
		here := n.ctx
		defer func() { n.ctx = here }()
		n.ctx = seeing(n.ctx, t, "500119")
		find("柏林", "all")
		find("断水", "all", other)
		n.fits(t)
	})
}

// seeing is a member of the general group of another place.
func seeing(ctx context.Context, t *testing.T, code place.Code) context.Context {
	t.Helper()
	now := clock.System{}.Now()
	d, ok := place.Base().Get(code, now)
	if !ok {
		t.Fatal(code)
	}
	return access.With(ctx, access.Actor{Account: "other", At: now, Grants: []access.Grant{
		{Role: access.General, Place: d.Path, Sees: place.Base().Scope(code, now)},
	}})
}
