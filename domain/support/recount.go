package support

import (
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
)

// Recount says which requests do not add up to what came delivery by delivery. Empty: all is well.
func Recount(tx *db.Tx) (counts int, faults []fault.Finding, err error) {
	if err = tx.Get(`SELECT count(*) FROM support_request`, nil, &counts); err != nil {
		return 0, nil, err
	}
	err = tx.Each(func(sc db.Scanner) error {
		var number string
		err := sc.Scan(&number)
		faults = append(faults, fault.Found("后勤申请 %s 的到位数量与登记不符", "request %s does not add up to its deliveries", number))
		return err
	}, `SELECT number FROM support_request r
		WHERE supplied <> (SELECT coalesce(sum(x.quantity), 0) FROM support_supply x WHERE x.request = r.id) ORDER BY number LIMIT 50`)
	return counts, faults, err
}
