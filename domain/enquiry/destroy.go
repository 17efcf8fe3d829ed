package enquiry

import (
	"lianyuan/platform/db"
	"lianyuan/platform/seal"
)

// What was asked and answered is destroyed after the response with the personal data of the incident; that a team asked, about
// what and when stays (突发事件应对法 art. 85, 94).

const said = `enquiry IN (SELECT id FROM enquiry WHERE incident = $1) AND words IS NOT NULL AND words <> $2`

// WordsIn is how many texts of an incident are kept. For contexts above, which decide who asks.
func WordsIn(tx *db.Tx, incident string) (n int, err error) {
	err = tx.Get(`SELECT count(*) FROM enquiry_line WHERE `+said, []any{incident, seal.Destroyed}, &n)
	return n, err
}

// DestroyWords destroys those of some enquiries, and says how many: 0 when none is left. For contexts above, which decide when.
func DestroyWords(tx *db.Tx, incident string, some int) (n int64, err error) {
	return tx.Exec(`UPDATE enquiry_line SET words = $2 WHERE `+said+` AND enquiry IN (SELECT enquiry FROM enquiry_line WHERE `+said+` ORDER BY enquiry LIMIT $3)`,
		incident, seal.Destroyed, some)
}
