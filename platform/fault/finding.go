package fault

import "fmt"

// Finding is what an inspection of the data found not to fit, for whoever sits at the terminal: places, numbers and
// positions, never personal data.
type Finding struct{ Zh, En string }

// String is what a log or a test says.
func (f Finding) String() string { return f.En }

// Found words a finding once for each language; both take the same values, by index where their order differs.
func Found(zh, en string, values ...any) Finding {
	return Finding{Zh: fmt.Sprintf(zh, values...), En: fmt.Sprintf(en, values...)}
}
