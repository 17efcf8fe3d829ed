package team

import (
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
)

// Recount says which teams have other members than they count. Empty: all is well.
func Recount(tx *db.Tx) (counts int, faults []fault.Finding, err error) {
	if err = tx.Get(`SELECT count(*) FROM team`, nil, &counts); err != nil {
		return 0, nil, err
	}
	err = tx.Each(func(sc db.Scanner) error {
		var name string
		err := sc.Scan(&name)
		faults = append(faults, fault.Found("队伍“%s”的队员数与名册不符", "team %s does not count its members right", name))
		return err
	}, `SELECT name FROM team t WHERE
			members <> (SELECT count(*) FROM member x WHERE x.team = t.id AND x.state = 'active')
			OR core <> (SELECT count(*) FROM member x WHERE x.team = t.id AND x.state = 'active' AND x.core) ORDER BY name LIMIT 50`)
	return counts, faults, err
}
