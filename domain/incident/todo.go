package incident

import (
	"lianyuan/domain/org"
	"lianyuan/platform/db"
)

// Todo is what waits in an incident for those who run it.
type Todo struct {
	Rosters   int               // before headquarters: its decision has to be recorded
	Papers    int               // decisions given by word whose paper is still awaited
	Handovers map[org.Group]int // to be taken by a group
}

// TodoOf counts what waits in an incident. For contexts above, which decide who asks.
func TodoOf(tx *db.Tx, incident string) (t Todo, err error) {
	if err = tx.Get(`SELECT (SELECT count(*) FROM roster WHERE incident = $1 AND state = 'submitted'),
			(SELECT count(*) FROM decision WHERE incident = $1 AND confirmed_at = 0)`, []any{incident}, &t.Rosters, &t.Papers); err != nil {
		return t, err
	}
	t.Handovers = map[org.Group]int{}
	err = tx.Each(func(sc db.Scanner) error {
		var g string
		var n int
		err := sc.Scan(&g, &n)
		t.Handovers[org.Group(g)] = n
		return err
	}, `SELECT to_grp, count(*) FROM handover WHERE incident = $1 AND state = 'sent' GROUP BY to_grp`, incident)
	return t, err
}
