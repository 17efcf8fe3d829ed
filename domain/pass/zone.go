package pass

import (
	"time"

	"lianyuan/domain/place"
	"lianyuan/platform/fault"
	"lianyuan/platform/geo"
	"lianyuan/platform/input"
)

// Zone is a part of the site that is not open to everyone (S000-32): a cordon (警戒区), which only who is sent enters, or
// a controlled zone (管制区), which is entered with a pass. It is in force from one moment to another, or until it is
// lifted: a matter of the clock and of one end, no life cycle.
type Zone struct {
	ID        string
	Incident  string
	Name      string
	Kind      string // of ZoneKinds
	Area      Area
	Rule      string // who may enter
	SetBy     string // the authority that set it
	Begins    time.Time
	Ends      time.Time // zero: until it is lifted
	LiftedAt  time.Time
	LiftedBy  string
	Why       string // it was lifted
	CreatedAt time.Time
	CreatedBy string
	Version   int64

	Outside int // points beyond the places of the incident; a warning, counted when read
}

// ZoneKinds are the kinds of zones.
var ZoneKinds = []string{"cordon", "control"}

// InForce says whether the zone holds now.
func (z Zone) InForce(now time.Time) bool {
	return z.LiftedAt.IsZero() && !now.Before(z.Begins) && (z.Ends.IsZero() || now.Before(z.Ends))
}

// Area is what a zone covers: one of a ring, a centre with its radius, or whole places.
type Area struct {
	Ring   []geo.Point  `json:"ring,omitempty"` // without the first point again at the end
	Centre *geo.Point   `json:"centre,omitempty"`
	Radius int          `json:"radius,omitempty"` // metres
	Places []place.Path `json:"places,omitempty"`
}

const (
	maxRing   = 200
	maxRadius = 50_000
	maxPlaces = 60
)

func (a Area) check(c *input.Check) {
	n := 0
	for _, on := range []bool{len(a.Ring) > 0, a.Centre != nil, len(a.Places) > 0} {
		if on {
			n++
		}
	}
	c.Bad(n != 1, "area", "missing", "请划定范围：多边形、圆形或地区，三者选一", "say what it covers: a ring, a circle or places, one of them")
	c.Bad(len(a.Ring) > 0 && (len(a.Ring) < 3 || len(a.Ring) > maxRing), "area", "range", "多边形为 3 至 200 个点", "a ring has 3 to 200 points")
	c.Bad(a.Centre != nil && (a.Radius < 10 || a.Radius > maxRadius), "area", "range", "半径为 10 米至 50 公里", "a radius is 10 metres to 50 kilometres")
	c.Bad(len(a.Places) > maxPlaces, "area", "too_many", "不超过 60 个地区", "at most 60 places")
	for _, p := range a.points() {
		c.Bad(!p.Valid(), "area", "range", "坐标有误", "the coordinates are not right")
	}
	ring := geo.Ring(a.Ring)
	c.Bad(len(ring) >= 3 && len(ring) <= maxRing && !ring.Simple(), "area", "crossed", "边线不能交叉或重合", "the lines must not cross or touch")
}

// points are the corners of a ring, or the centre of a circle.
func (a Area) points() []geo.Point {
	if a.Centre != nil {
		return append(a.Ring[:len(a.Ring):len(a.Ring)], *a.Centre)
	}
	return a.Ring
}

func (z *Zone) check(now time.Time) error {
	var c input.Check
	c.Line(&z.Name, "name", 40, true)
	c.One(z.Kind, "kind", ZoneKinds...)
	if r := z.Area.Ring; len(r) > 1 && r[0] == r[len(r)-1] {
		z.Area.Ring = r[:len(r)-1]
	}
	z.Area.check(&c)
	c.Text(&z.Rule, "rule", 200, false)
	c.Line(&z.SetBy, "setBy", 60, true)
	c.Bad(z.Begins.IsZero() || z.Begins.After(now.Add(maxAhead)), "begins", "range", "开始时间有误", "the beginning is not right")
	c.Bad(!z.Ends.IsZero() && (!z.Ends.After(z.Begins) || !z.Ends.After(now)), "ends", "range", "结束应晚于开始和现在", "the end comes after the beginning and after now")
	return c.Err()
}

// Point is an access point (卡口): where vehicles and people are checked on their way in and out.
type Point struct {
	ID        string
	Incident  string
	Place     place.Path // where it stands
	Name      string
	Zone      string // that it guards; "" none
	At        geo.Point
	ClosedAt  time.Time
	ClosedBy  string
	Why       string // it was closed
	CreatedAt time.Time
	CreatedBy string
	Version   int64
}

func (p *Point) check() error {
	var c input.Check
	c.Line(&p.Name, "name", 40, true)
	c.Bad(p.At == geo.Point{} || !p.At.Valid(), "point", "missing", "请在地图上标出卡口位置", "mark on the map where it stands")
	return c.Err()
}

// The refusals of zones and access points.
var (
	ErrZoneName  = fault.InvalidField("body.name", "taken", "本事件中已有同名的区域", "a zone of this name is in force in this incident")
	ErrPointName = fault.InvalidField("body.name", "taken", "本事件中已有同名的卡口", "an access point of this name is open in this incident")
	ErrNoZone    = fault.InvalidField("body.zone", "unknown", "所选区域不在本事件中或已解除", "this zone is not of this incident, or was lifted")
	ErrElsewhere = fault.InvalidField("body.place", "elsewhere", "该地区不在事件涉及地区内", "this place is not touched by the incident")
	ErrLifted    = fault.New(fault.Conflict, "zone.lifted", "该区域已解除", "this zone was lifted already")
	ErrClosed    = fault.New(fault.Conflict, "access_point.closed", "该卡口已撤除", "this access point was closed already")
)
