package need

import (
	"encoding/json"
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// Figures are what reports and needs of an incident come to, from its first call to now.
type Figures struct {
	Received  int            // reports
	Undecided int            // reports without outcome
	Merged    int            // reports that another one leads
	Outcomes  map[string]int // decided reports by Outcomes
	Made      int            // needs
	Open      int            // needs that are not published now
	Shown     int            // needs that are published now, matched and in progress among them
	Closed    int
	// Published, Corrected and Withdrawn are needs to which that happened at least once; a need may be in all three. A
	// change before the publication is no correction.
	Published, Corrected, Withdrawn int
	FirstReport, FirstPublished     time.Time // zero: none
}

// FiguresOf counts in the caller's transaction. For contexts above, which decide who asks.
func FiguresOf(tx *db.Tx, incident string) (f Figures, err error) {
	f.Outcomes = map[string]int{}
	if err = tx.Each(func(sc db.Scanner) error {
		var stage, outcome string
		var n int
		var first int64
		err := sc.Scan(&stage, &outcome, &n, &first)
		f.Received += n
		switch stage {
		case "done":
			f.Outcomes[outcome] += n
		case "merged":
			f.Merged += n
		default:
			f.Undecided += n
		}
		f.FirstReport = earlier(f.FirstReport, first)
		return err
	}, `SELECT stage, outcome, count(*), min(received_at) FROM report WHERE incident = $1 AND incident <> '' GROUP BY stage, outcome`, incident); err != nil {
		return f, err
	}
	if err = tx.Each(func(sc db.Scanner) error {
		var state string
		var n int
		err := sc.Scan(&state, &n)
		f.Made += n
		switch state {
		case "open":
			f.Open += n
		case "published":
			f.Shown += n
		case "closed":
			f.Closed += n
		}
		return err
	}, `SELECT state, count(*) FROM need WHERE incident = $1 AND incident <> '' GROUP BY state`, incident); err != nil {
		return f, err
	}
	return f, f.told(tx, incident)
}

// told reads from the journal what happened to needs: their rows say what they are now.
func (f *Figures) told(tx *db.Tx, incident string) error {
	happened := map[string]map[string]bool{"need.published": {}, "need.corrected": {}, "need.withdrawn": {}}
	err := tx.Each(func(sc db.Scanner) error {
		var need, verb, body string
		var at int64
		if err := sc.Scan(&need, &verb, &body, &at); err != nil {
			return err
		}
		var after struct {
			State string `json:"state"`
		}
		if err := json.Unmarshal([]byte(body), &after); err != nil {
			return err
		}
		if verb == "need.corrected" && !shown(after.State) {
			return nil
		}
		happened[verb][need] = true
		if verb == "need.published" {
			f.FirstPublished = earlier(f.FirstPublished, at)
		}
		return nil
	}, `SELECT j.subject, j.verb, j.body, j.at FROM need n JOIN journal j ON j.subject = n.id AND j.verb <> 'report.received'
		WHERE n.incident = $1 AND n.incident <> '' AND j.kind = 'need' AND j.verb IN ('need.published', 'need.corrected', 'need.withdrawn')`, incident)
	f.Published, f.Corrected, f.Withdrawn = len(happened["need.published"]), len(happened["need.corrected"]), len(happened["need.withdrawn"])
	return err
}

// earlier is the earlier of a time and a moment; zero stands for none.
func earlier(t time.Time, micro int64) time.Time {
	at := clock.FromMicro(micro)
	if at.IsZero() || (!t.IsZero() && t.Before(at)) {
		return t
	}
	return at
}
