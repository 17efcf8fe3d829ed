// Package org holds the on-site coordination mechanism of a place as it stands in ordinary times: its units, how they
// sit in the three groups, who leads, and the one officer by whom each unit is reached.
//
// A mechanism is standing; an activation of it for one incident is in domain/incident. Each place has at most one: a
// city's and its districts' stand side by side, locality leads and the upper level supports (S004-11, S004-46).
//
//	liaison officer of a unit: named ──▶ in office ──▶ replaced (kept as history); at most one in office (S004-19)
//
// Units sit in as many groups as their document says, and one division leads all three (S004-23, 35, 39, 45): neither a
// unit nor a lead is unique to a group. A support team works for the mechanism and sits in none (S004-17).
package org

import (
	"fmt"
	"slices"
	"time"

	"lianyuan/domain/place"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
)

// Group is one of the three groups of a mechanism.
type Group string

// The groups (S004-21).
const (
	General      Group = "general"      // 综合组
	Coordination Group = "coordination" // 协调组
	Support      Group = "support"      // 保障组
)

// Groups are all groups, in the order of the documents.
var Groups = []Group{General, Coordination, Support}

// UnitKinds are the kinds of units (S004-14).
var UnitKinds = []string{"party", "government", "military", "mass", "enterprise", "other"}

// Unit is a body that takes part: a department, a headquarters of the forces, a mass organisation, an enterprise.
type Unit struct {
	ID    string
	Name  string
	Kind  string
	Place place.Path
}

// Member is a unit as it sits in a mechanism.
type Member struct {
	Unit    Unit
	Role    string // lead, member, support_team
	Duty    string
	Groups  []Group
	Liaison *Liaison // nil: the unit has named nobody, which is flagged
}

// Roles are the ways a unit takes part.
var Roles = []string{"lead", "member", "support_team"}

// Liaison is the officer by whom a unit is reached (S004-19).
type Liaison struct {
	ID    string
	Unit  string // id
	Name  string
	Post  string
	Phone string // sealed in the row; opened for whoever reveals it
	Since time.Time
	Until time.Time // zero: in office
	By    string

	Tried   time.Time // when somebody last tried to reach the officer; zero: never
	Reached bool      // and whether they were reached
}

// Mechanism is the standing mechanism of a place.
type Mechanism struct {
	ID        string
	Place     place.Path
	Name      string
	Basis     string // the document that founded it (S000-74, S004-04)
	Authority string // who approved it
	Founded   time.Time
	Lead      string // division that leads the three groups (S004-45)
	Head      string // post of the head of the leading group (S004-13)
	Phone     string // of the office on duty (S004-16, S004-50); of a desk, so it is no secret
	Members   []Member
	Version   int64
}

// Sitting are the units of a group, in the order of the document.
func (m Mechanism) Sitting(g Group) []Unit {
	var list []Unit
	for _, x := range m.Members {
		if slices.Contains(x.Groups, g) {
			list = append(list, x.Unit)
		}
	}
	return list
}

// PerUnit is the parameter of how many liaison officers a unit names: one (S004-19), or none where a place asks for none.
// There is never more than one in office.
const PerUnit = "coord.liaison_per_unit"

// CheckPerUnit says what is wrong with a value of PerUnit.
func CheckPerUnit(value string) error {
	if value != "0" && value != "1" {
		return fault.InvalidField("body.value", "unknown", "每个单位固定一名联络员，应填 1；不要求的填 0", "a unit has one fixed liaison officer: 1, or 0 where none is asked for")
	}
	return nil
}

// Without are the units that have named fewer liaison officers than a unit names. A support team takes part through the
// office and needs none.
func (m Mechanism) Without(perUnit int) []Unit {
	var list []Unit
	if perUnit == 0 {
		return nil
	}
	for _, x := range m.Members {
		if x.Liaison == nil && x.Role != "support_team" {
			list = append(list, x.Unit)
		}
	}
	return list
}

const maxMembers = 100

// check refuses a mechanism that could not be activated, naming each field.
func (m *Mechanism) check() error {
	var c input.Check
	c.Line(&m.Name, "name", 60, true)
	c.Line(&m.Basis, "basis", 100, false)
	c.Line(&m.Authority, "authority", 60, false)
	c.Line(&m.Lead, "lead", 60, true)
	c.Line(&m.Head, "head", 60, false)
	c.Number(&m.Phone, "phone", 40, false)
	c.Bad(len(m.Members) == 0, "members", "missing", "请填写成员单位", "name the member units")
	c.Bad(len(m.Members) > maxMembers, "members", "too_many", "成员单位过多", "too many units")
	leads, seen, sits := 0, map[string]bool{}, map[Group]bool{}
	for i := range m.Members[:min(len(m.Members), maxMembers)] {
		x := &m.Members[i]
		at := func(field string) string { return fmt.Sprintf("members[%d].%s", i, field) }
		c.Line(&x.Unit.Name, at("name"), 60, true)
		c.Line(&x.Duty, at("duty"), 200, false)
		c.One(x.Unit.Kind, at("kind"), UnitKinds...)
		c.One(x.Role, at("role"), Roles...)
		c.Bad(seen[x.Unit.Name], at("name"), "twice", "单位重复", "this unit stands twice")
		seen[x.Unit.Name] = true
		if x.Role == "lead" {
			leads++
		}
		for _, g := range x.Groups {
			c.Bad(!slices.Contains(Groups, g), at("groups"), "unknown", "没有这个组", "there is no such group")
			sits[g] = true
		}
		c.Bad(x.Role == "support_team" && len(x.Groups) > 0, at("groups"), "support_team", "支撑团队不编入工作组", "a support team sits in no group")
	}
	c.Bad(leads != 1, "members", "one_lead", "应有一个牵头单位", "exactly one unit leads")
	for _, g := range Groups {
		c.Bad(!sits[g], "members", "group_empty", "三个组均应有成员单位", "each of the three groups needs a unit")
	}
	return c.Err()
}
