package pass

import "lianyuan/platform/db"

// Figures are what passes and gates of an incident come to.
type Figures struct {
	Issued  int
	States  map[string]int // passes by state; a lapsed one is still valid here
	Tolls   map[string]int // passes by what came of their exemption
	In, Out int            // passages that gates noted
	Turned  int            // vehicles that gates refused
}

// TollsOf counts the passes of one of TollSets.
func (f Figures) TollsOf(set string) (n int) {
	for _, state := range TollSets[set] {
		n += f.Tolls[state]
	}
	return n
}

// FiguresOf counts in the caller's transaction. For contexts above, which decide who asks.
func FiguresOf(tx *db.Tx, incident string) (f Figures, err error) {
	f.States, f.Tolls = map[string]int{}, map[string]int{}
	if err = tx.Each(func(sc db.Scanner) error {
		var state, toll string
		var n int
		err := sc.Scan(&state, &toll, &n)
		f.Issued += n
		f.States[state] += n
		f.Tolls[toll] += n
		return err
	}, `SELECT state, toll, count(*) FROM pass WHERE incident = $1 GROUP BY state, toll`, incident); err != nil {
		return f, err
	}
	n, err := passageParts.Count(tx, tx.Now, []string{"in", "out", "turned"}, "passage", "incident = $1", incident)
	f.In, f.Out, f.Turned = n["in"], n["out"], n["turned"]
	return f, err
}

// Unrefunded is how many passes of an incident were charged toll that is not back. For contexts above.
func Unrefunded(tx *db.Tx, incident string) (n int, err error) {
	err = tx.Get(`SELECT count(*) FROM pass WHERE incident = $1 AND toll IN ('charged', 'refund_asked')`, []any{incident}, &n)
	return n, err
}
