package pass

import (
	"time"

	"lianyuan/platform/fault"
	"lianyuan/platform/input"
)

// ServiceArea is a service area or rest point on the way, as teams that come are told of it (服务区公告, S004-55). It is
// published, corrected with what it said before kept, and withdrawn: one end, no life cycle.
type ServiceArea struct {
	ID          string
	Incident    string
	Name        string
	Road        string
	Direction   string
	Edition     AreaEdition // that holds
	Earlier     []AreaEdition
	WithdrawnAt time.Time
	WithdrawnBy string
	Why         string // it was withdrawn
	Version     int64
}

// AreaEdition is what is said of a service area; a correction makes a new one.
type AreaEdition struct {
	No      int
	Mark    int // metres of the road; -1 not said
	Offers  []string
	State   string // of AreaStates
	Words   string
	Begins  time.Time
	Ends    time.Time // zero: until it is corrected or withdrawn
	Contact string
	At      time.Time
	By      string
}

// AreaOffers are what a service area may have for teams on their way.
var AreaOffers = []string{"fuel", "charging", "food", "water", "rest", "repair", "medical", "sanitation", "convoy_parking"}

// AreaStates are how far it is open.
var AreaStates = []string{"open", "limited", "closed"}

// Past says whether what is said of the area holds no more.
func (a ServiceArea) Past(now time.Time) bool {
	return !a.WithdrawnAt.IsZero() || (!a.Edition.Ends.IsZero() && !now.Before(a.Edition.Ends))
}

// The refusals.
var (
	ErrAreaName      = fault.InvalidField("body.name", "taken", "本事件中已发布该路段该方向的同名服务区", "a service area of this name, road and direction is published in this incident")
	ErrAreaWithdrawn = fault.New(fault.Conflict, "service_area.withdrawn", "该公告已撤回", "this notice was withdrawn already")
)

const maxMark = 10_000_000 // no road is longer than ten thousand kilometres

func (a *ServiceArea) check(now time.Time) error {
	var c input.Check
	c.Line(&a.Name, "name", 40, true)
	c.Line(&a.Road, "road", 40, true)
	c.Line(&a.Direction, "direction", 40, true)
	a.Edition.check(&c, now)
	return c.Err()
}

func (e *AreaEdition) check(c *input.Check, now time.Time) {
	c.Bad(e.Mark < -1 || e.Mark > maxMark, "mark", "range", "桩号有误", "the kilometre mark is not right")
	c.Bad(len(e.Offers) > len(AreaOffers), "offers", "too_many", "服务项目有误", "too many services")
	for _, o := range e.Offers[:min(len(e.Offers), len(AreaOffers))] {
		c.One(o, "offers", AreaOffers...)
	}
	c.One(e.State, "state", AreaStates...)
	c.Text(&e.Words, "words", 200, e.State == "limited" || e.State == "closed")
	c.Bad(e.Begins.IsZero() || e.Begins.After(now.Add(maxAhead)), "begins", "range", "开始时间有误", "the beginning is not right")
	c.Bad(!e.Ends.IsZero() && (!e.Ends.After(e.Begins) || !e.Ends.After(now)), "ends", "range", "结束应晚于开始和现在", "the end comes after the beginning and after now")
	desk(c, &e.Contact, "contact", false)
}
