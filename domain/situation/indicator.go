package situation

import (
	"math"
	"time"

	"lianyuan/domain/need"
	"lianyuan/domain/parameter"
	"lianyuan/domain/pass"
	"lianyuan/domain/reception"
)

// The four failures that the mechanism exists to end, each measured (S004-07): congestion of roads, disorder on site,
// waste of forces, distortion of information. An indicator is a share; it says what is above and what is below the line,
// and is unknown, never zero, when nothing is below.

// Indicator is one of the four at a moment.
type Indicator struct {
	Key    string   // congestion, disorder, waste, distortion
	Value  *float64 // a share from 0 to 1; nil: unknown, and Why says what is missing
	Why    string   // no_gate_report, no_vehicle, no_party, nobody_inside, no_hours, nothing_published
	Top    float64  // above the line: vehicles, people, team hours, needs
	Bottom float64  // below it
	Inputs []Input  // what it is made of
	// Trend is the share at the ends of the last five hours, and now; nil where it was unknown. Of congestion it is the
	// share of each of these hours, and of the last sixty minutes.
	Trend []*float64
	Line  Line
	Path  string // of the page that shows the rows
}

// Line is the share from which an indicator wants attention, with the parameter that says so.
type Line struct {
	Share float64
	Used  parameter.Used
}

// Input is a figure behind an indicator; without a number it is not known, and Why says what is missing.
type Input struct {
	Key  string
	N    *float64
	Why  string
	Path string // of the page, below /app, that shows exactly what was counted, or what the number is made of
}

// inputPages are where the rows behind the inputs stand.
var inputPages = map[string]string{
	"without_pass": gates + "without_pass", "outside_window": gates + "outside_window", "could_not_be_told": gates + "could_not_be_told",
	"vehicles": gates + "vehicles", "unassigned": gates + "unassigned",
	"self_deployed": people + "unapproved", "idle": people + "idle_long", "inside": people + "inside",
	"hours_without": byTeam, "hours": byTeam, "after_enough": parties + "after_enough", "arrivals": parties + "with_offer",
	"amended": needs + "amended", "published": needs + "published", "median_minutes": needs + "amended",
}

// lead writes where the rows of an indicator and of its inputs are.
func (i *Indicator) lead(incident string) {
	i.Path = pathIn(indicatorPages[i.Key], incident)
	for n := range i.Inputs {
		i.Inputs[n].Path = pathIn(inputPages[i.Inputs[n].Key], incident)
	}
}

// indicatorPages are where the rows below the line of an indicator stand.
var indicatorPages = map[string]string{
	"congestion": gates + "vehicles", "disorder": people + "inside", "waste": byTeam, "distortion": needs + "published",
}

// Attention says whether somebody should look.
func (i Indicator) Attention() bool {
	return i.Value != nil && *i.Value >= i.Line.Share && *i.Value > 0
}

const trendHours = 6

// Moments are the ends of the last five hours, and now.
func Moments(now time.Time) []time.Time {
	list := make([]time.Time, 0, trendHours)
	end := now.UTC().Truncate(time.Hour)
	for k := trendHours - 2; k >= 0; k-- {
		list = append(list, end.Add(-time.Duration(k)*time.Hour))
	}
	return append(list, now)
}

// share is top of bottom; nil when there is nothing below the line.
func share(top, bottom float64) *float64 {
	if bottom <= 0 {
		return nil
	}
	s := top / bottom
	return &s
}

func known(key string, n float64) Input { return Input{Key: key, N: &n} }

func wrong(h pass.GateHour) float64 { return float64(h.NoPass + h.Outside) }

// Congestion is the vehicles at gates without a pass or outside their window, of all at gates. hours are the last full
// hours, in any order, and last the sixty minutes before now. unassigned are passages of these minutes that belong to this
// incident or another, nobody knows which: they are told, and counted in none.
func Congestion(hours []pass.GateHour, last pass.GateHour, unassigned int, now time.Time, line Line) Indicator {
	i := Indicator{Key: "congestion", Line: line, Top: wrong(last), Bottom: float64(last.All), Value: share(wrong(last), float64(last.All))}
	seen := last.All
	for _, end := range Moments(now)[:trendHours-1] {
		var p *float64
		for _, h := range hours {
			if h.From.Equal(end.Add(-time.Hour)) {
				p = share(wrong(h), float64(h.All))
				seen += h.All
			}
		}
		i.Trend = append(i.Trend, p)
	}
	i.Trend = append(i.Trend, i.Value)
	i.Inputs = []Input{
		known("without_pass", float64(last.NoPass)), known("outside_window", float64(last.Outside)),
		known("could_not_be_told", float64(last.Unknown)), known("vehicles", float64(last.All)),
	}
	switch {
	case seen == 0:
		if i.Why = "no_gate_report"; unassigned > 0 {
			i.Why = "unassigned"
		}
		for n := range i.Inputs {
			i.Inputs[n] = Input{Key: i.Inputs[n].Key, Why: i.Why}
		}
	case i.Value == nil:
		i.Why = "no_vehicle"
	}
	if unassigned > 0 {
		i.Inputs = append(i.Inputs, known("unassigned", float64(unassigned)))
	}
	return i
}

// Stay is a person on site.
type Stay struct {
	ID, Party, Point string    // the point where the party was received
	In, Out          time.Time // Out zero: inside
	// Approved is since when the party was there with approval; zero: it is self-deployed.
	Approved time.Time
}

func (s Stay) inside(at time.Time) bool {
	return !s.In.After(at) && (s.Out.IsZero() || s.Out.After(at))
}

// Task is that a person was given to a mission.
type Task struct {
	Stay       string // id
	Sector     string // id; "" none
	SectorName string
	From, To   time.Time // To zero: still
}

// crowdAt counts the people inside at a moment: the self-deployed among them, and of the others those who had had no
// mission for longer than limit.
func crowdAt(stays []Stay, tasks map[string][]Task, at time.Time, limit time.Duration) (c reception.Crowd) {
	for _, s := range stays {
		if !s.inside(at) {
			continue
		}
		c.Inside++
		if s.Approved.IsZero() || s.Approved.After(at) {
			c.Unapproved++
		} else if idle(s, tasks[s.ID], at, limit) {
			c.Idle++
		}
	}
	return c
}

// idle says whether somebody who is inside has had no mission for longer than limit.
func idle(s Stay, tasks []Task, at time.Time, limit time.Duration) bool {
	since := s.In
	if s.Approved.After(since) {
		since = s.Approved
	}
	for _, t := range tasks {
		if t.From.After(at) {
			continue
		}
		if t.To.IsZero() || t.To.After(at) {
			return false
		}
		if t.To.After(since) {
			since = t.To
		}
	}
	return at.Sub(since) > limit
}

// Disorder is the self-deployed people inside, and those inside without a mission for longer than limit, of all inside.
// crowd is who is inside now, by the rows that its figures lead to; came says whether any team has come at all.
func Disorder(stays []Stay, tasks []Task, crowd reception.Crowd, came bool, now time.Time, limit time.Duration, line Line) Indicator {
	of := map[string][]Task{}
	for _, t := range tasks {
		of[t.Stay] = append(of[t.Stay], t)
	}
	i := Indicator{Key: "disorder", Line: line}
	for _, at := range Moments(now)[:trendHours-1] {
		c := crowdAt(stays, of, at, limit)
		i.Trend = append(i.Trend, share(float64(c.Unapproved+c.Idle), float64(c.Inside)))
	}
	i.Top, i.Bottom = float64(crowd.Unapproved+crowd.Idle), float64(crowd.Inside)
	i.Value = share(i.Top, i.Bottom)
	i.Trend = append(i.Trend, i.Value)
	i.Inputs = []Input{
		known("self_deployed", float64(crowd.Unapproved)), known("idle", float64(crowd.Idle)), known("inside", i.Bottom), known("idle_limit", limit.Minutes()),
	}
	if i.Value == nil {
		i.Why = "nobody_inside"
		if !came {
			i.Why = "no_party"
		}
	}
	return i
}

// Spell is a stretch of time that a party spent on site, with a mission or without.
type Spell struct {
	Busy     bool
	From, To time.Time // To zero: lasts
}

// hoursOf are the team hours on site until a moment, and those without a mission.
func hoursOf(spells []Spell, at time.Time) (all, without float64) {
	for _, s := range spells {
		end := s.To
		if end.IsZero() || end.After(at) {
			end = at
		}
		h := end.Sub(s.From).Hours()
		if h <= 0 {
			continue
		}
		all += h
		if !s.Busy {
			without += h
		}
	}
	return all, without
}

// Waste is the team hours on site without a mission, of all team hours on site since the first team came. arrivals are
// the teams that came with an offer, late those of them whose needs had enough already.
func Waste(spells []Spell, arrivals, late int, now time.Time, line Line) Indicator {
	i := Indicator{Key: "waste", Line: line}
	for _, at := range Moments(now) {
		all, without := hoursOf(spells, at)
		if math.Round(10*all) == 0 { // hours are told to a tenth: nothing is said of less
			all, without = 0, 0
		}
		i.Trend = append(i.Trend, share(without, all))
		i.Top, i.Bottom = without, all
	}
	i.Value = i.Trend[trendHours-1]
	i.Inputs = []Input{known("hours_without", i.Top), known("hours", i.Bottom)}
	if arrivals > 0 {
		i.Inputs = append(i.Inputs, known("after_enough", float64(late)), known("arrivals", float64(arrivals)))
	} else {
		i.Inputs = append(i.Inputs, Input{Key: "after_enough", Why: "no_arrival"}, Input{Key: "arrivals", Why: "no_arrival"})
	}
	switch {
	case len(spells) == 0:
		i.Why = "no_party"
	case i.Value == nil:
		i.Why = "no_hours"
	}
	return i
}

// Distortion is the needs that were corrected or withdrawn after they had been published, of all that ever were.
func Distortion(s need.Shown, now time.Time, line Line) Indicator {
	i := Indicator{Key: "distortion", Line: line, Top: float64(s.Amended), Bottom: float64(s.Published), Value: share(float64(s.Amended), float64(s.Published))}
	for _, at := range Moments(now) {
		var published, amended int
		for _, h := range s.Hours {
			if h.Begin.Before(at) {
				published += h.Published
				amended += h.Amended
			}
		}
		i.Trend = append(i.Trend, share(float64(amended), float64(published)))
	}
	i.Inputs = []Input{known("amended", i.Top), known("published", i.Bottom)}
	if s.Amended > 0 {
		i.Inputs = append(i.Inputs, known("median_minutes", s.Median.Minutes()))
	} else {
		i.Inputs = append(i.Inputs, Input{Key: "median_minutes", Why: "none_amended"})
	}
	if i.Value == nil {
		i.Why = "nothing_published"
	}
	return i
}
