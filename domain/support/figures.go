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
	}, `SELECT category, team, count(*), sum(CASE WHEN state IN ('delivered', 'confirmed') THEN 1 ELSE 0 END),
			sum(CASE WHEN state = 'confirmed' THEN 1 ELSE 0 END), sum(CASE WHEN state = 'cancelled' THEN 1 ELSE 0 END)
		FROM support_request WHERE incident = $1 GROUP BY category, team`, incident)
	return f, err
}
