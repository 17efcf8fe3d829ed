// Package lifecycle holds state machines as tables. One table, beside the type it is about, makes the transitions, the
// buttons of the pages, the drawings in the documents and the exhaustive tests.
package lifecycle

import (
	"fmt"
	"slices"
	"strings"

	"lianyuan/platform/db"
	"lianyuan/platform/fault"
)

// Machine is one life cycle.
type Machine struct {
	Name   string
	States []State
	Moves  []Move
}

// State is where a thing can be. Chip is the kind of mark a page draws: todo, doing, move, done, wait, end, no, back,
// merge, alert, late.
type State struct {
	Key, Zh, En, Chip string
}

// Move is what can be done: a verb that leads from some states to one.
type Move struct {
	Verb   string
	From   []string
	To     string
	Zh, En string
	May    string   // the access verb it takes
	Needs  []string // the fields without which it is refused
}

// To is where verb leads from a state; a conflict that names what is possible when it leads nowhere.
func (m *Machine) To(from, verb string) (string, error) {
	for _, mv := range m.Moves {
		if mv.Verb == verb && slices.Contains(mv.From, from) {
			return mv.To, nil
		}
	}
	return "", m.Refuse(from)
}

// Refuse is the conflict of something that cannot be done in a state: it says which state that is, and what is possible.
func (m *Machine) Refuse(from string) error {
	var possible []string
	for _, mv := range m.Possible(from) {
		if !slices.Contains(possible, mv.Verb) {
			possible = append(possible, mv.Verb)
		}
	}
	return fault.Transition(possible...).WithCurrent(map[string]any{"state": from})
}

// Count is how many rows are in each state, none of the states missing. The query gives a state and a number with each row.
func (m *Machine) Count(tx *db.Tx, query string, args ...any) (map[string]int, error) {
	counts := map[string]int{}
	for _, st := range m.States {
		counts[st.Key] = 0
	}
	err := tx.Each(func(sc db.Scanner) error {
		var state string
		var n int
		err := sc.Scan(&state, &n)
		counts[state] = n
		return err
	}, query, args...)
	return counts, err
}

// Possible are the moves out of a state, in the order of the table.
func (m *Machine) Possible(from string) []Move {
	var moves []Move
	for _, mv := range m.Moves {
		if slices.Contains(mv.From, from) {
			moves = append(moves, mv)
		}
	}
	return moves
}

// Check finds what a table cannot mean: unknown states, two ways for one verb, states that nothing reaches. The first
// state is where a thing begins.
func (m *Machine) Check() error {
	known := map[string]bool{}
	for _, s := range m.States {
		if known[s.Key] || s.Zh == "" || s.En == "" || s.Chip == "" {
			return fmt.Errorf("%s: state %q is twice or has no words", m.Name, s.Key)
		}
		known[s.Key] = true
	}
	way := map[[2]string]bool{}
	for _, mv := range m.Moves {
		if !known[mv.To] || mv.Zh == "" || mv.En == "" || mv.May == "" {
			return fmt.Errorf("%s: move %q leads to unknown %q or has no words or no right", m.Name, mv.Verb, mv.To)
		}
		for _, f := range mv.From {
			if !known[f] || way[[2]string{f, mv.Verb}] {
				return fmt.Errorf("%s: %s from %q is twice or unknown", m.Name, mv.Verb, f)
			}
			way[[2]string{f, mv.Verb}] = true
		}
	}
	reached := map[string]bool{m.States[0].Key: true}
	for range m.States {
		for _, mv := range m.Moves {
			if slices.ContainsFunc(mv.From, func(f string) bool { return reached[f] }) {
				reached[mv.To] = true
			}
		}
	}
	for _, s := range m.States {
		if !reached[s.Key] {
			return fmt.Errorf("%s: nothing leads to %q", m.Name, s.Key)
		}
	}
	return nil
}

// Drawing is the table as lines "from --verb--> to", for documents and for the test that keeps them true.
func (m *Machine) Drawing() string {
	var b strings.Builder
	for _, mv := range m.Moves {
		for _, f := range mv.From {
			fmt.Fprintf(&b, "%s --%s--> %s\n", f, mv.Verb, mv.To)
		}
	}
	return b.String()
}
