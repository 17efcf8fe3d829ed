package need

import "slices"

// Priority is a severity and why: points that a person can follow (S004-75).
type Priority struct {
	Severity int    `json:"severity"` // 1 highest … 4
	Score    int    `json:"score"`
	Parts    []Part `json:"parts"`
}

// Part is one reason and its points.
type Part struct {
	Key    string `json:"key"`
	Points int    `json:"points"`
}

// Points of the priority. They order a queue that people read anyway; nothing is decided by them.
var kindPoints = map[Kind]int{TrappedWater: 40, Injured: 40, HouseDanger: 30, Missing: 25, NoWaterFood: 20, Other: 10}

var vulnerablePoints = map[string]int{"elder": 10, "pregnant": 12, "infant": 12, "sick": 15, "disabled": 10}

// Rate explains how urgent something is. people nil means not known and counts as a few, never as none.
func Rate(kind Kind, people *int, vulnerable []string) Priority {
	p := Priority{}
	add := func(key string, points int) {
		if points > 0 {
			p.Parts = append(p.Parts, Part{key, points})
			p.Score += points
		}
	}
	add("kind."+string(kind), kindPoints[kind])
	n := 3
	if people != nil {
		n = *people
	}
	switch {
	case n >= 10:
		add("people", 25)
	case n >= 3:
		add("people", 12)
	case n >= 1:
		add("people", 6)
	}
	for _, v := range Vulnerable {
		if slices.Contains(vulnerable, v) {
			add("vulnerable."+v, vulnerablePoints[v])
		}
	}
	switch {
	case p.Score >= 65:
		p.Severity = 1
	case p.Score >= 50:
		p.Severity = 2
	case p.Score >= 35:
		p.Severity = 3
	default:
		p.Severity = 4
	}
	return p
}
