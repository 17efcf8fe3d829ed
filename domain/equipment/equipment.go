// Package equipment holds what teams bring: vehicles and equipment.
//
// Everything here belongs to a team, so that it asks [team] whose it is and who may, and tells a change as one of the
// team. A vehicle is known by plate and plate colour together, as toll systems know it; a plate is on one car, whichever
// team has it. Equipment is counted by kind, and of each kind how many work.
//
//	vehicle  active ──change──▶ active ──retire──▶ retired
//
// Loans, stores and supplies are no part of it.
package equipment

import (
	"lianyuan/domain/access"
	"lianyuan/domain/team"
	"lianyuan/platform/lifecycle"
)

// Vehicle is a car, boat trailer or the like of a team.
type Vehicle struct {
	ID       string
	Team     string
	Plate    string // as Plate keeps it
	Colour   string // of Colours
	Special  bool   // a plate outside GA 36-2018, as it was written, or one in a colour that it does not come in
	Kind     string // of VehicleKinds
	Seats    int
	Load     string // what it carries
	Borrowed bool   // not the team's own
	State    string // of Vehicles' life cycle
	Version  int64
}

// VehicleKinds are what vehicles are for.
var VehicleKinds = []string{"command", "equipment", "personnel", "ambulance", "boat_trailer", "supply", "other"}

// Item is a kind of equipment of a team.
type Item struct {
	Team    string
	Kind    string // of Kinds
	Count   int
	Usable  int // of them that work
	Version int64
}

// Kinds are the kinds of equipment, which needs ask for by the same keys.
var Kinds = team.EquipmentKeys

const edit = string(access.TeamEdit)

// Fleet is the life cycle of a vehicle. One that comes back is a new record.
var Fleet = &lifecycle.Machine{
	Name: "vehicle",
	States: []lifecycle.State{
		{Key: "active", Zh: "在用", En: "in use", Chip: "done"},
		{Key: "retired", Zh: "已停用", En: "retired", Chip: "end"},
	},
	Moves: []lifecycle.Move{
		{Verb: "change", From: []string{"active"}, To: "active", Zh: "修改", En: "change", May: edit},
		{Verb: "retire", From: []string{"active"}, To: "retired", Zh: "记停用", En: "take out of use", May: edit, Needs: []string{"reason"}},
	},
}
