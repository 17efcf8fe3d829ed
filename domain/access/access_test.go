package access_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/platform/fault"
)

var noon = time.Date(2026, time.June, 18, 4, 0, 0, 0, time.UTC)

// verbs are all verbs that any role holds.
var verbs = func() []access.Verb {
	var all []access.Verb
	for _, r := range access.Roles() {
		all = append(all, access.Actor{At: noon, Grants: []access.Grant{{Role: r, Place: "/"}}}.Verbs()...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}()

// codes are chosen so that one is the beginning of another: a sibling must not be taken for a child.
var codes = []place.Code{"50", "5001", "500110", "500119", "500110001", "51", "z500001"}

func drawPath(t *rapid.T) place.Path {
	p := place.Root
	for range rapid.IntRange(0, 3).Draw(t, "depth") {
		p = p.Child(rapid.SampledFrom(codes).Draw(t, "code"))
	}
	return p
}

func span(p place.Path) place.Span {
	from, to := p.Range()
	return place.Span{From: from, To: to}
}

// drawGrant is any grant: of any role, at a place or for a team, in force at noon or not.
func drawGrant(t *rapid.T) access.Grant {
	g := access.Grant{Role: rapid.SampledFrom(access.Roles()).Draw(t, "role")}
	if g.Role == access.Leader {
		g.Team = rapid.SampledFrom([]string{"team-1", "team-2"}).Draw(t, "team")
	} else {
		g.Place = drawPath(t)
		g.Sees = []place.Span{span(g.Place)}
		for range rapid.IntRange(0, 2).Draw(t, "zones") {
			g.Sees = append(g.Sees, span(drawPath(t)))
		}
	}
	hours := rapid.IntRange(-3, 3)
	g.NotBefore = noon.Add(time.Duration(hours.Draw(t, "from")) * time.Hour)
	if rapid.Bool().Draw(t, "ends") {
		g.NotAfter = noon.Add(time.Duration(hours.Draw(t, "to")) * time.Hour)
	}
	return g
}

func actor(grants ...access.Grant) access.Actor { return access.Actor{At: noon, Grants: grants} }

func TestNoGrantNoRight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v, p := rapid.SampledFrom(verbs).Draw(t, "verb"), drawPath(t)
		if a := actor(); a.May(v, p) || len(a.Spans(v)) > 0 || len(a.Teams(v)) > 0 || len(a.Verbs()) > 0 || !a.Until().IsZero() {
			t.Fatalf("without a grant %s at %s", v, p)
		}
	})
}

func TestAGrantNeverTakesARightAway(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		grants := rapid.SliceOfN(rapid.Custom(drawGrant), 0, 5).Draw(t, "grants")
		more := append(slices.Clone(grants), drawGrant(t))
		v, p := rapid.SampledFrom(verbs).Draw(t, "verb"), drawPath(t)
		if actor(grants...).May(v, p) && !actor(more...).May(v, p) {
			t.Fatalf("one more grant took %s at %s away", v, p)
		}
		for _, team := range actor(grants...).Teams(v) {
			if !slices.Contains(actor(more...).Teams(v), team) {
				t.Fatalf("one more grant took %s for %s away", v, team)
			}
		}
	})
}

func TestARightHoldsBelow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := actor(rapid.SliceOfN(rapid.Custom(drawGrant), 1, 5).Draw(t, "grants")...)
		v, p := rapid.SampledFrom(verbs).Draw(t, "verb"), drawPath(t)
		below := p.Child(rapid.SampledFrom(codes).Draw(t, "below"))
		if a.May(v, p) && !a.May(v, below) {
			t.Fatalf("%s holds at %s and not at %s", v, p, below)
		}
	})
}

// The decision is that of one grant at a time: in force, of a role that holds the verb, at a place that stands above.
func TestMayIsWhatSomeGrantSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		grants := rapid.SliceOfN(rapid.Custom(drawGrant), 0, 5).Draw(t, "grants")
		v, p := rapid.SampledFrom(verbs).Draw(t, "verb"), drawPath(t)
		want := slices.ContainsFunc(grants, func(g access.Grant) bool {
			inTime := !g.NotBefore.After(noon) && (g.NotAfter.IsZero() || g.NotAfter.After(noon))
			return inTime && g.Role.Can(v) && slices.ContainsFunc(g.Sees, func(s place.Span) bool { return s.From <= string(p) && string(p) < s.To })
		})
		if got := actor(grants...).May(v, p); got != want {
			t.Fatalf("%s at %s: %t, want %t", v, p, got, want)
		}
	})
}

func TestGrantsOutsideTheirTimeCountForNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		grants := rapid.SliceOfN(rapid.Custom(drawGrant), 0, 6).Draw(t, "grants")
		inForce := slices.DeleteFunc(slices.Clone(grants), func(g access.Grant) bool { return !g.InForce(noon) })
		v := rapid.SampledFrom(verbs).Draw(t, "verb")
		all, some := actor(grants...), actor(inForce...)
		if !slices.Equal(all.Spans(v), some.Spans(v)) || !slices.Equal(all.Teams(v), some.Teams(v)) || !slices.Equal(all.Verbs(), some.Verbs()) {
			t.Fatalf("a grant outside its time gives %s", v)
		}
		if u := all.Until(); !u.IsZero() && !u.After(noon) {
			t.Fatalf("rights change next at %s, which is over", u)
		}
	})
}

func TestSpansAreSortedAndApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		grants := rapid.SliceOfN(rapid.Custom(drawGrant), 0, 8).Draw(t, "grants")
		v := rapid.SampledFrom(verbs).Draw(t, "verb")
		spans := actor(grants...).Spans(v)
		for i := 1; i < len(spans); i++ {
			if before := spans[i-1]; spans[i].From < before.To && spans[i].To <= before.To || spans[i].From < before.From {
				t.Fatalf("%v stands in or before %v", spans[i], before)
			}
		}
	})
}

func TestRequire(t *testing.T) {
	county, sibling := place.Path("/50/500110/"), place.Path("/50/500119/")
	duty := access.With(context.Background(), actor(access.Grant{Role: access.Duty, Place: county, Sees: []place.Span{span(county)}}))
	for _, tt := range []struct {
		ctx  context.Context
		verb access.Verb
		at   place.Path
		want error
	}{
		{context.Background(), access.ReportSee, county, fault.ErrSignedOut},
		{duty, access.ReportVerify, county, nil},
		{duty, access.ReportVerify, county.Child("500110001"), nil},
		{duty, access.NeedPublish, county, fault.ErrForbidden},
		{duty, access.ReportVerify, sibling, fault.ErrNotFound},
		{duty, access.ReportVerify, "/50/", fault.ErrNotFound},
		{duty, access.ReportVerify, "/50/5001100/", fault.ErrNotFound},
		{duty, access.TeamSee, county, fault.ErrNotFound},
	} {
		_, err := access.Require(tt.ctx, tt.verb, tt.at)
		if (err == nil) != (tt.want == nil) || (err != nil && fault.KindOf(err) != fault.KindOf(tt.want)) {
			t.Errorf("%s at %s: %v, want %v", tt.verb, tt.at, err, tt.want)
		}
	}
	if _, _, err := access.RequireAnywhere(duty, access.NeedPublish); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("nowhere: %v", err)
	}
}
