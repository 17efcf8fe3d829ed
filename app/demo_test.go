package app

import (
	"slices"
	"testing"

	"lianyuan/domain/org"
)

// The demo seats the units of the source document as it does: 17 in all with the support team, 5, 6 and 11 in the groups,
// some in two or three of them.
//
// proves: S004-23 S004-35 S004-39
func TestDemoSeatsUnitsAsTheDocument(t *testing.T) {
	seats := map[org.Group]int{}
	for _, u := range demoUnits {
		for _, g := range groupsOf(u.groups) {
			seats[g]++
		}
	}
	if len(demoUnits) != 16 || seats[org.General] != 5 || seats[org.Coordination] != 6 || seats[org.Support] != 11 {
		t.Errorf("%d units beside the support team, seats %v", len(demoUnits), seats)
	}
	if i := slices.IndexFunc(demoUnits, func(u demoUnit) bool { return len(u.groups) == 3 }); i < 0 || demoUnits[i].name != "市应急局" {
		t.Error("the emergency bureau sits in all three groups")
	}
}
