// Package support brings teams on site what they need: one list of requests, routed to a unit, met wholly or in part,
// and confirmed by the team that asked (S004-40, S004-41, S004-57, S004-81).
//
//	raised ──route──▶ routed ──supply──▶ supplying ──complete──▶ delivered ──confirm──▶ confirmed
//	  ▲  ╲             │ ▲ ╲                ▲  │supply, route       │
//	  └───╲──return────┘ │  ╲───complete────┼──┴──────────▶         │
//	       ╲             │                  └────────dispute────────┤
//	        ╲            └──────────────────────────miss────────────┘
//	         ╲ cancel ──▶ cancelled ◀── cancel ── routed, supplying
//	                                  dispute, miss ── supplying, too: what was written down has not come
//
// Units have no accounts of their own: the support group routes a request to one, by phone, and writes down what came. Where
// one unit cannot bring all of it, the rest is routed to another, and each delivery says whose it was.
// A team that has confirmed nothing has received nothing. What came in part is partly met; of what did not come at all nothing
// is met: whoever was to bring it still is (requirements §7.10). For a team that phones, the coordination group confirms or disputes,
// which is on record as such; never somebody who wrote down what came.
package support

import (
	"time"

	"lianyuan/domain/access"
	"lianyuan/platform/input"
	"lianyuan/platform/lifecycle"
	"lianyuan/platform/seal"
)

// Categories are the one list that both lists of the source document map to (requirements §9.11): 交通、通信、装备、物资、
// 油料、食宿 of S004-40 and 物资、装备、器材、交通、生活 of S004-81.
var Categories = []Category{
	{"transport", "交通", "transport", []string{"交通"}, false},
	{"communication", "通信", "communication", []string{"通信"}, false},
	{"equipment", "装备器材", "equipment and tools", []string{"装备", "器材"}, false},
	{"supplies", "物资", "supplies", []string{"物资"}, false},
	{"fuel", "油料", "fuel", []string{"油料"}, true},
	{"living", "食宿生活", "food, lodging, living", []string{"食宿", "生活"}, true},
	{"other", "其他", "other", nil, false},
}

// Category is a kind of support, with the words of the source documents that mean it.
type Category struct {
	Key, Zh, En string
	Means       []string
	Consumed    bool // with the delivery: nothing of it is handed back
}

// Request is what a team asks for.
type Request struct {
	ID       string
	Number   string // HB-…
	Incident string
	Team     string // id
	TeamName string
	Mission  string // for which it is asked, by id: missions stand above; "" none
	Category string
	What     string
	Quantity int
	Unit     string // of the quantity: 箱, 升, 人
	Priority int    // 1 highest … 4
	Where    string
	NeedBy   time.Time // zero: as soon as possible
	State    string
	Routed   string // name of the unit or force that meets it
	Supplied int    // of Quantity
	Settled  string // account that last confirmed or disputed what came; ""
	OnBehalf bool   // it did so for the team
	By       string
	At       time.Time
	Version  int64
}

// Late says whether the team waits past the time it named.
func (r Request) Late(now time.Time) bool {
	open := r.State == "raised" || r.State == "routed" || r.State == "supplying"
	return open && !r.NeedBy.IsZero() && now.After(r.NeedBy)
}

// Supply is one delivery.
type Supply struct {
	ID       string
	Quantity int
	Source   string // name of the unit or force that brought it; "" when a dispute took back, or from before this was asked
	Note     seal.Text
	By       string
	At       time.Time
}

// Requests is the life cycle of a request.
var Requests = &lifecycle.Machine{
	Name: "support",
	States: []lifecycle.State{
		{Key: "raised", Zh: "待落实", En: "raised", Chip: "todo"},
		{Key: "routed", Zh: "已转办", En: "routed", Chip: "move"},
		{Key: "supplying", Zh: "部分到位", En: "partly met", Chip: "doing"},
		{Key: "delivered", Zh: "待队伍确认", En: "delivered", Chip: "wait"},
		{Key: "confirmed", Zh: "已确认", En: "confirmed", Chip: "done"},
		{Key: "cancelled", Zh: "已取消", En: "cancelled", Chip: "end"},
	},
	Moves: []lifecycle.Move{
		{Verb: "route", From: []string{"raised", "routed"}, To: "routed", Zh: "转办", En: "route", May: string(access.SupportWork), Needs: []string{"to"}},
		{Verb: "return", From: []string{"routed"}, To: "raised", Zh: "退回重办", En: "take back", May: string(access.SupportWork), Needs: []string{"reason"}},
		{Verb: "supply", From: []string{"routed", "supplying"}, To: "supplying", Zh: "登记部分到位", En: "record a part", May: string(access.SupportWork), Needs: []string{"quantity"}},
		{Verb: "complete", From: []string{"routed", "supplying"}, To: "delivered", Zh: "登记全部到位", En: "record the rest", May: string(access.SupportWork)},
		{Verb: "route", From: []string{"supplying"}, To: "supplying", Zh: "转办", En: "route", May: string(access.SupportWork), Needs: []string{"to"}},
		{Verb: "confirm", From: []string{"delivered"}, To: "confirmed", Zh: "确认收到", En: "confirm", May: string(access.SupportOwn)},
		{Verb: "dispute", From: []string{"delivered", "supplying"}, To: "supplying", Zh: "数量不符", En: "not all came", May: string(access.SupportOwn), Needs: []string{"quantity", "reason"}},
		{Verb: "miss", From: []string{"delivered", "supplying"}, To: "routed", Zh: "未收到", En: "nothing came", May: string(access.SupportOwn), Needs: []string{"reason"}},
		{Verb: "cancel", From: []string{"raised", "routed", "supplying"}, To: "cancelled", Zh: "取消申请", En: "cancel", May: string(access.SupportOwn), Needs: []string{"reason"}},
	},
}

func categoryKeys() []string {
	keys := make([]string, len(Categories))
	for i, c := range Categories {
		keys[i] = c.Key
	}
	return keys
}

const maxQuantity = 1_000_000

func (r *Request) check() error {
	var c input.Check
	c.One(r.Category, "category", categoryKeys()...)
	c.Line(&r.What, "what", 60, true)
	c.Bad(r.Quantity < 1 || r.Quantity > maxQuantity, "quantity", "range", "数量应为 1 至 1000000", "a quantity of 1 to 1000000")
	c.Line(&r.Unit, "unit", 10, true)
	c.Bad(r.Priority < 1 || r.Priority > 4, "priority", "range", "紧急程度为 1 至 4", "priority is 1 to 4")
	c.Line(&r.Where, "where", 80, true)
	return c.Err()
}
