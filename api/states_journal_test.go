package api_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"lianyuan/app/apptest"
	"lianyuan/domain/destruction"
	"lianyuan/domain/incident"
	"lianyuan/domain/notice"
)

// journalled holds that a change of state stands in the journal with the state before and after it. What the journal calls
// the state: the roster of an incident is told beside the incident's own.
func (m machine) journalled(t *testing.T, w *apptest.World, since int64, from, to string) {
	t.Helper()
	field := m.field
	if m.Machine == incident.Rosters {
		field = "roster"
	}
	var told []string
	for _, body := range w.Said(since) {
		was, _ := body["was"].(map[string]any)
		if was[field] == from && body[field] == to {
			return
		}
		told = append(told, fmt.Sprintf("%v", body))
	}
	if from != to {
		t.Errorf("%s: from %s to %s is not in the journal with both: %s", m.Name, from, to, strings.Join(told, "\n"))
	}
}

// apart are the life cycles whose records have no path of their own: TestEveryVerbOfADestruction and TestEveryVerbOfAHold walk
// them.
var apart = []machine{{Machine: destruction.Destructions, field: "state"}, {Machine: destruction.Holds, field: "hold"}}

// Every life cycle that the API tells of is walked here but for that of messages, which domain/notice walks.
func TestEveryLifeCycleIsWalked(t *testing.T) {
	raw, err := os.ReadFile("lifecycles.golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var told map[string]json.RawMessage
	if err := json.Unmarshal(raw, &told); err != nil {
		t.Fatal(err)
	}
	for _, m := range slices.Concat(machines, apart) {
		delete(told, m.Name)
	}
	delete(told, notice.Deliveries.Name)
	delete(told, "outcomes") // no life cycle
	for name := range told {
		t.Errorf("nobody walks %s", name)
	}
}
