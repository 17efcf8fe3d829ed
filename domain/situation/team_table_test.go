package situation

import (
	"bytes"
	"slices"
	"testing"

	"lianyuan/platform/document"
	"lianyuan/platform/document/pdftest"
)

// In the table of teams the numbers of a great event stand on one line each.
func TestTeamTableHoldsAGreatEvent(t *testing.T) {
	row := TeamRow{
		Name: "重庆市渝东北片区社会应急救援联合支援大队", People: 12341, Vehicles: 2342, Equipment: 2343, Missions: 2344, Rescued: 12345, Moved: 22346, Treated: 12347,
		Hours: 223348, Met: 349, Asked: 351,
	}
	d := &document.Document{}
	WholeSummary{Figures: Figures{Teams: []TeamRow{row}}}.tables(d)
	var file bytes.Buffer
	if _, err := d.WriteTo(&file); err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, p := range pdftest.Print(t, file.Bytes()).Pages {
		for _, w := range p.Words {
			words = append(words, w.Text)
		}
	}
	for _, number := range row.cells("")[1:] {
		if !slices.Contains(words, number) {
			t.Errorf("%s is broken", number)
		}
	}
}
