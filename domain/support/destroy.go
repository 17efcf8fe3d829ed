package support

import (
	"lianyuan/platform/db"
	"lianyuan/platform/seal"
)

// What was noted about a delivery is destroyed after the response with the personal data of the incident; what was delivered,
// when and by whom stays (突发事件应对法 art. 85, 94).

const noted = `SELECT x.id FROM support_supply x JOIN support_request r ON r.id = x.request WHERE r.incident = $1 AND x.note IS NOT NULL AND x.note <> $2`

// WordsIn is how many notes of an incident are kept. For contexts above, which decide who asks.
func WordsIn(tx *db.Tx, incident string) (n int, err error) {
	err = tx.Get(`SELECT count(*) FROM (`+noted+`) AS held`, []any{incident, seal.Destroyed}, &n)
	return n, err
}

// DestroyWords destroys some of them, and says how many: 0 when none is left. For contexts above, which decide when.
func DestroyWords(tx *db.Tx, incident string, some int) (n int64, err error) {
	return tx.Exec(`UPDATE support_supply SET note = $2 WHERE id IN (`+noted+` LIMIT $3)`, incident, seal.Destroyed, some)
}
