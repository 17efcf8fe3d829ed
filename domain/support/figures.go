package support

import "lianyuan/platform/db"

// Met is how many requests were made and what became of them.
type Met struct {
	Asked     int // all, cancelled ones among them
	Met       int // all of it came, confirmed by the team or not
	Confirmed int // the team has confirmed
	Cancelled int
}

func (m *Met) add(o Met) {
	m.Asked += o.Asked
	m.Met += o.Met
	m.Confirmed += o.Confirmed
	m.Cancelled += o.Cancelled
}

// Figures are what logistics of an incident comes to.
type Figures struct {
	Met
	Categories map[string]Met // by Categories
	Teams      map[string]Met // by id of the team
}

// requestParts are the requests behind each figure; those of a category stand under "asked." and "met." with its key.
var requestParts = func() db.Parts {
	p := db.Parts{
		"asked": "1 = 1", "met": "state IN ('delivered', 'confirmed')", "confirmed": "state = 'confirmed'", "cancelled": "state = 'cancelled'",
		"open": "state IN ('raised', 'routed', 'supplying')", "late": "state IN ('raised', 'routed', 'supplying') AND need_by <> 0 AND need_by < $at",
	}
	for _, c := range Categories {
		p["asked."+c.Key] = "category = '" + c.Key + "'"
		p["met."+c.Key] = p["asked."+c.Key] + " AND " + p["met"]
	}
	return p
}()

// FiguresOf counts in the caller's transaction. For contexts above, which decide who asks.
func FiguresOf(tx *db.Tx, incident string) (f Figures, err error) {
	f.Categories, f.Teams = map[string]Met{}, map[string]Met{}
	err = tx.Each(func(sc db.Scanner) error {
		var category, team string
		var m Met
		if err := sc.Scan(&category, &team, &m.Asked, &m.Met, &m.Confirmed, &m.Cancelled); err != nil {
			return err
		}
		f.add(m)
		for where, key := range map[*map[string]Met]string{&f.Categories: category, &f.Teams: team} {
			sum := (*where)[key]
			sum.add(m)
			(*where)[key] = sum
		}
		return nil
	}, `SELECT category, team, count(*), sum(CASE WHEN `+requestParts["met"]+` THEN 1 ELSE 0 END),
			sum(CASE WHEN `+requestParts["confirmed"]+` THEN 1 ELSE 0 END), sum(CASE WHEN `+requestParts["cancelled"]+` THEN 1 ELSE 0 END)
		FROM support_request WHERE incident = $1 GROUP BY category, team`, incident)
	return f, err
}
