package seal

import (
	"errors"

	"github.com/google/uuid"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// ErrGone says that the key of a value was destroyed: nobody reads it any more.
var ErrGone = errors.New("seal: the key of this value was destroyed")

// Standing is the id of the data key of a scope, "" when there is none: nothing stands under it.
func Standing(tx *db.Tx, scope string) (key string, err error) {
	err = tx.Each(func(s db.Scanner) error { return s.Scan(&key) }, `SELECT id FROM data_key WHERE scope = $1`, scope)
	return key, err
}

// Under is how every value begins that was sealed under a key: what stands in a column is found by it.
func Under(key string) ([]byte, error) {
	id, err := uuid.Parse(key)
	return append([]byte{aesGCM}, id[:]...), err
}

// maxScopes bounds a list of scopes: a county has one for each month of what joined no incident.
const maxScopes = 2000

// Scopes are the scopes from one name until before another under which something stands, in their order.
func Scopes(tx *db.Tx, from, until string) (list []string, err error) {
	err = tx.Each(func(s db.Scanner) error {
		var scope string
		err := s.Scan(&scope)
		list = append(list, scope)
		return err
	}, `SELECT scope FROM data_key WHERE scope >= $1 AND scope < $2 ORDER BY scope LIMIT $3`, from, until, maxScopes)
	return list, err
}

// Destroy deletes a data key: whatever stands under it is unreadable from now on, here and in every copy that holds no
// keys. That it was destroyed stays. Twice is once. Call Forget when the transaction is durable, on every node, and
// db.Scrub: a deleted row may lie in the file until it is overwritten.
func Destroy(tx *db.Tx, key string) error {
	if _, err := tx.Exec(`INSERT INTO data_key_gone (id, scope, at) SELECT id, scope, $2 FROM data_key WHERE id = $1 ON CONFLICT (id) DO NOTHING`,
		key, clock.Micro(tx.Now)); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM data_key WHERE id = $1`, key)
	return err
}

// Gone are the keys that were destroyed under scopes that begin so, with their scopes.
func Gone(tx *db.Tx) (scopeOf map[string]string, err error) {
	scopeOf = map[string]string{}
	err = tx.Each(func(s db.Scanner) error {
		var key, scope string
		err := s.Scan(&key, &scope)
		scopeOf[key] = scope
		return err
	}, `SELECT id, scope FROM data_key_gone`)
	return scopeOf, err
}

// Forget drops a key from memory: the next value of its scope is sealed under a new one.
func (k *Keeper) Forget(key string) {
	id, err := uuid.Parse(key)
	if err != nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if found := k.byID[id]; found != nil {
		delete(k.byID, id)
		if k.byScope[found.Scope] == found {
			delete(k.byScope, found.Scope)
		}
	}
}
