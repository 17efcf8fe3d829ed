package need

import (
	"log/slog"
	"slices"
	"time"

	"lianyuan/domain/place"
)

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

// Scale answers how much a key of the scale counts: points, numbers of people, scores. The figures are parameters
// (need.points…, need.people…, need.severity_at…); they order a queue that people read anyway, nothing is decided by them.
type Scale func(key string) int

// Rate explains how urgent something is. people nil means not known and counts as several, never as none.
func (at Scale) Rate(kind Kind, people *int, vulnerable []string) Priority {
	p := Priority{Severity: 4}
	add := func(key string, points int) {
		if points > 0 {
			p.Parts = append(p.Parts, Part{key, points})
			p.Score += points
		}
	}
	add("kind."+string(kind), at("need.points.kind."+string(kind)))
	several := at("need.people.several")
	n := several
	if people != nil {
		n = *people
	}
	switch {
	case n >= at("need.people.many"):
		add("people", at("need.points.people.many"))
	case n >= several:
		add("people", at("need.points.people.several"))
	case n >= 1:
		add("people", at("need.points.people.some"))
	}
	for _, v := range Vulnerable {
		if slices.Contains(vulnerable, v) {
			add("vulnerable."+v, at("need.points.vulnerable."+v))
		}
	}
	for severity, key := range []string{"need.severity_at.1", "need.severity_at.2", "need.severity_at.3"} {
		if p.Score >= at(key) {
			p.Severity = severity + 1
			break
		}
	}
	return p
}

// scale is the scale of a place at a time. A figure that cannot be read counts nothing: a report is never refused for it.
func (s *Service) scale(p place.Path, at time.Time) Scale {
	return func(key string) int {
		n, _, err := s.params.Number(p, key, at)
		if err != nil {
			slog.Error("the scale of needs", slog.String("key", key), slog.Any("error", err))
		}
		return int(n)
	}
}
