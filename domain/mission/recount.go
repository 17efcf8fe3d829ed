package mission

import (
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
)

// Recount says which missions do not add up to their progress, their people and their vehicles. Empty: all is well.
func Recount(tx *db.Tx) (counts int, faults []fault.Finding, err error) {
	if err = tx.Get(`SELECT count(*) FROM mission`, nil, &counts); err != nil {
		return 0, nil, err
	}
	err = tx.Each(func(sc db.Scanner) error {
		var number string
		err := sc.Scan(&number)
		faults = append(faults, fault.Found("任务 %s 的人车数或成果与登记不符", "mission %s does not add up to its people, vehicles and progress", number))
		return err
	}, `SELECT number FROM mission m WHERE
			people <> (SELECT count(*) FROM mission_person x WHERE x.mission = m.id AND x.left_at = 0)
			OR vehicles <> (SELECT count(*) FROM mission_vehicle x WHERE x.mission = m.id)
			OR EXISTS (SELECT 1 FROM (SELECT coalesce(sum(x.rescued), 0) AS rescued, coalesce(sum(x.moved), 0) AS moved, coalesce(sum(x.treated), 0) AS treated
				FROM mission_progress x WHERE x.mission = m.id) s WHERE s.rescued <> m.rescued OR s.moved <> m.moved OR s.treated <> m.treated)
		ORDER BY number LIMIT 50`)
	return counts, faults, err
}
