package mission

import (
	"lianyuan/platform/db"
	"lianyuan/platform/seal"
)

// What teams wrote about their progress may speak of people in need: the words are destroyed with what those said, after the
// response. What was done, when, by whom and how many were helped is archive and stays (突发事件应对法 art. 85, 94).

const spoken = `SELECT p.id FROM mission_progress p JOIN mission m ON m.id = p.mission WHERE m.incident = $1 AND p.words IS NOT NULL AND p.words <> $2`

// WordsIn is how many texts of an incident are kept. For contexts above, which decide who asks.
func WordsIn(tx *db.Tx, incident string) (n int, err error) {
	err = tx.Get(`SELECT count(*) FROM (`+spoken+`) AS held`, []any{incident, seal.Destroyed}, &n)
	return n, err
}

// DestroyWords destroys some of them, and says how many: 0 when none is left. For contexts above, which decide when.
func DestroyWords(tx *db.Tx, incident string, some int) (n int64, err error) {
	return tx.Exec(`UPDATE mission_progress SET words = $2 WHERE id IN (`+spoken+` LIMIT $3)`, incident, seal.Destroyed, some)
}
