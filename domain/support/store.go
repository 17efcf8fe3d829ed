package support

import (
	"fmt"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

const columns = `id, number, incident, team, category, what, quantity, unit, priority, place_text, need_by, state, routed, supplied, by, at, version, mission, settled_by, on_behalf`

func scan(sc db.Scanner) (r Request, err error) {
	var needBy, at int64
	err = sc.Scan(&r.ID, &r.Number, &r.Incident, &r.Team, &r.Category, &r.What, &r.Quantity, &r.Unit, &r.Priority, &r.Where, &needBy, &r.State, &r.Routed,
		&r.Supplied, &r.By, &at, &r.Version, &r.Mission, &r.Settled, &r.OnBehalf)
	r.NeedBy, r.At = clock.FromMicro(needBy), clock.FromMicro(at)
	return r, err
}

func insertRequest(tx *db.Tx, r Request) error {
	_, err := tx.Exec(`INSERT INTO support_request (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '', 0, $13, $14, $15, $16, '', FALSE)`,
		r.ID, r.Number, r.Incident, r.Team, r.Category, r.What, r.Quantity, r.Unit, r.Priority, r.Where, clock.Micro(r.NeedBy), r.State, r.By, clock.Micro(r.At), r.Version, r.Mission)
	return err
}

func saveRequest(tx *db.Tx, r Request) error {
	n, err := tx.Exec(`UPDATE support_request SET state = $1, routed = $2, supplied = $3, version = $4, settled_by = $7, on_behalf = $8 WHERE id = $5 AND version = $6`,
		r.State, r.Routed, r.Supplied, r.Version, r.ID, r.Version-1, r.Settled, r.OnBehalf)
	if err == nil && n == 0 {
		return tx.Stale("support_request", "id", r.ID, "state")
	}
	return err
}

// hold makes others who would write the request wait until this transaction ends.
func hold(tx *db.Tx, request string) error {
	_, err := tx.Exec(`UPDATE support_request SET version = version WHERE id = $1`, request)
	return err
}

func byID(tx *db.Tx, request string) (r Request, err error) {
	err = tx.One(func(sc db.Scanner) error {
		r, err = scan(sc)
		return err
	}, `SELECT `+columns+` FROM support_request WHERE id = $1`, request)
	return r, err
}

func insertSupply(tx *db.Tx, request string, x Supply) error {
	_, err := tx.Exec(`INSERT INTO support_supply (id, request, quantity, source, note, by, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		x.ID, request, x.Quantity, x.Source, x.Note, x.By, clock.Micro(x.At))
	return err
}

func suppliesOf(tx *db.Tx, request string) (list []Supply, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var x Supply
		var at int64
		err := sc.Scan(&x.ID, &x.Quantity, &x.Source, &x.Note, &x.By, &at)
		x.At = clock.FromMicro(at)
		list = append(list, x)
		return err
	}, `SELECT id, quantity, source, note, by, at FROM support_supply WHERE request = $1 ORDER BY at, id LIMIT 200`, request)
	return list, err
}

// of is the condition "of this incident", and of these teams when some are given.
func of(in string, teams []string) (where string, args []any) {
	where, args = `incident = $1`, []any{in}
	if len(teams) > 0 {
		where += ` AND team IN (` + db.List(2, len(teams)) + `)`
		for _, t := range teams {
			args = append(args, t)
		}
	}
	return where, args
}

func countStates(tx *db.Tx, in string, teams []string) (map[string]int, error) {
	where, args := of(in, teams)
	return Requests.Count(tx, `SELECT state, count(*) FROM support_request WHERE `+where+` GROUP BY state`, args...)
}

func requests(tx *db.Tx, in string, teams []string, f ListFilter) (list []Request, err error) {
	where, args := of(in, teams)
	counted, err := requestParts.And(f.Figure, tx.Now)
	if err != nil {
		return nil, err
	}
	if where += counted; f.Figure != "" {
		f.State = "all"
	}
	switch f.State {
	case "", "open":
		where += ` AND state IN ('raised','routed','supplying','delivered')`
	case "all":
	default:
		args = append(args, f.State)
		where += fmt.Sprintf(` AND state = $%d`, len(args))
	}
	if f.Team != "" {
		args = append(args, f.Team)
		where += fmt.Sprintf(` AND team = $%d`, len(args))
	}
	err = tx.Each(func(sc db.Scanner) error {
		r, err := scan(sc)
		list = append(list, r)
		return err
	}, fmt.Sprintf(`SELECT `+columns+` FROM support_request WHERE %s ORDER BY priority, at, id LIMIT %d`, where, max(1, min(f.Limit, 500))), args...)
	return list, err
}

// forMissions are the requests that were made for missions, the first one first.
func forMissions(tx *db.Tx, missions []string) (list []Request, err error) {
	args := make([]any, len(missions))
	for i, m := range missions {
		args[i] = m
	}
	err = tx.Each(func(sc db.Scanner) error {
		r, err := scan(sc)
		list = append(list, r)
		return err
	}, `SELECT `+columns+` FROM support_request WHERE mission <> '' AND mission IN (`+db.List(1, len(missions))+`) ORDER BY at, id LIMIT 500`, args...)
	return list, err
}

func ownRequests(tx *db.Tx, teams []string) (list []Request, err error) {
	args := make([]any, len(teams))
	for i, t := range teams {
		args[i] = t
	}
	err = tx.Each(func(sc db.Scanner) error {
		r, err := scan(sc)
		list = append(list, r)
		return err
	}, `SELECT `+columns+` FROM support_request WHERE team IN (`+db.List(1, len(teams))+`)
		AND incident IN (SELECT id FROM incident WHERE state IN ('active','withdrawing')) ORDER BY at DESC, id LIMIT 200`, args...)
	return list, err
}

// IncidentOf is the incident that a request belongs to. For domain/incident, which asks before it is handed over.
func IncidentOf(tx *db.Tx, request string) (in string, err error) {
	err = tx.Get(`SELECT incident FROM support_request WHERE id = $1`, []any{request}, &in)
	return in, err
}
