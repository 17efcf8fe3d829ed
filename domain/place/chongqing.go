package place

import (
	_ "embed" // the succession is data
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"lianyuan/platform/clock"
)

//go:embed data/chongqing2025.json
var chongqing2025 []byte

// Chongqing2025 gives Chongqing's change of 2025-11-06 and its functional zones,
// to be loaded like any other: 江北区 and 渝北区 end; 两江新区, until then a
// functional zone, becomes a district (with an internal code, as long as none is
// published) made of the former 江北区, of 渝北区 without its five northern
// towns, and of five streets and towns of 北碚区, which gets the five northern
// towns; 37 districts and counties remain of 38. Each call gives fresh slices.
func Chongqing2025() ([]Change, []Zone) {
	changes, zones, err := readSuccession(chongqing2025)
	sound(err)
	return changes, zones
}

// succession is a file of dated changes and zones. Days are Beijing time.
type succession struct {
	Source  string `json:"source"`
	Changes []struct {
		At         string     `json:"at"`
		Kind       ChangeKind `json:"kind"`
		Code       Code       `json:"code"`
		Name       string     `json:"name"`
		Note       string     `json:"note"` // for the human reader only
		Level      string     `json:"level"`
		Parent     Code       `json:"parent"`
		Successors []Code     `json:"successors"`
	} `json:"changes"`
	Zones []struct {
		Code       Code   `json:"code"`
		Name       string `json:"name"`
		Parent     Code   `json:"parent"`
		Standing   string `json:"standing"`
		From       string `json:"from"`
		To         string `json:"to"`
		Within     []Code `json:"within"`
		Towns      []Code `json:"towns"`
		Successors []Code `json:"successors"`
		Source     string `json:"source"`
	} `json:"zones"`
}

func readSuccession(text []byte) ([]Change, []Zone, error) {
	var file succession
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, nil, fmt.Errorf("place: succession: %w", err)
	}
	var problems []error
	day := func(s string) time.Time {
		if s == "" {
			return time.Time{}
		}
		t, err := time.ParseInLocation(time.DateOnly, s, clock.Beijing)
		problems = append(problems, err)
		return t
	}
	changes := make([]Change, 0, len(file.Changes))
	for _, c := range file.Changes {
		level, _ := ParseLevel(c.Level)
		changes = append(changes, Change{
			At: day(c.At), Kind: c.Kind, Code: c.Code, Name: c.Name, Level: level,
			Parent: c.Parent, Successors: c.Successors, Source: file.Source,
		})
	}
	zones := make([]Zone, 0, len(file.Zones))
	for _, z := range file.Zones {
		standing, _ := ParseLevel(z.Standing)
		zones = append(zones, Zone{
			Code: z.Code, Name: z.Name, Parent: z.Parent, Standing: standing, From: day(z.From), To: day(z.To),
			Within: z.Within, Towns: z.Towns, Successors: z.Successors, Source: z.Source,
		})
	}
	return changes, zones, errors.Join(problems...)
}
