package seal

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"lianyuan/platform/db"
)

// The algorithm byte of look-up hashes: 1 is HMAC-SHA-256 cut to 16 bytes, 2 the SHA-256 of a random token that needs no
// key; 3 is kept for HMAC-SM3.
const (
	hmacSHA256  = 1
	tokenSHA256 = 2
)

const (
	markLen = 4 // bytes of a key's id in a hash: the last ones, which are random
	hashLen = 16
	stemLen = 1 + markLen
)

const (
	unnamed = "lookup"   // scope of the key of before hashes named theirs: in them its id is 0
	pending = " pending" // ends the scope of a key under which not all rows stand yet
)

// ErrTurning says that not all rows stand under the present look-up key, and some would not be found.
var ErrTurning = errors.New("seal: some look-up hashes stand under an older key, for a change of it was interrupted or a backup is from before it: run `lianyuan rekey`")

// Lookup makes the keyed hashes by which rows are found without being opened. Each names how it was made:
//
//	1 byte algorithm, 4 bytes of the id of the key, 16 bytes hash
//
// A value has one hash at a time, so that unique indexes on hashes hold. A new key therefore hashes the hashes of the
// one before it once more (Keeper.Turn): rows that keep nothing of the value follow too. Safe for concurrent use.
type Lookup struct{ keys []*Key } // oldest first; the last is the present one

// Lookup is the look-up key of the installation, made when there is none yet. Call it outside of transactions.
func (k *Keeper) Lookup(ctx context.Context) (*Lookup, error) {
	k.mu.RLock()
	l := k.lookup
	k.mu.RUnlock()
	if l != nil {
		return l, nil
	}
	scopes, err := k.lookupScopes(ctx)
	if err != nil {
		return nil, err
	}
	l = &Lookup{}
	for _, scope := range scopes {
		if strings.HasSuffix(scope, pending) {
			return nil, ErrTurning
		}
		key, err := k.For(ctx, scope)
		if err != nil {
			return nil, err
		}
		l.keys = append(l.keys, key)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.lookup = l
	return l, nil
}

// lookupScopes are the scopes of the look-up keys, oldest first: "lookup:1" or, in older data, "lookup"; then "lookup:2", …
// and at most one that is pending, the last.
func (k *Keeper) lookupScopes(ctx context.Context) (scopes []string, err error) {
	err = k.db.View(ctx, func(tx *db.Tx) error {
		list, err := lookupKeys(tx)
		scopes = nil
		for _, key := range list {
			scopes = append(scopes, key.scope)
		}
		return err
	})
	if len(scopes) == 0 {
		scopes = []string{scopeOf(1)}
	}
	return scopes, err
}

type lookupKey struct{ id, scope string }

func lookupKeys(tx *db.Tx) (list []lookupKey, err error) {
	err = tx.Each(func(s db.Scanner) error {
		var key lookupKey
		err := s.Scan(&key.id, &key.scope)
		list = append(list, key)
		return err
	}, `SELECT id, scope FROM data_key WHERE scope = 'lookup' OR (scope > 'lookup:' AND scope < 'lookup;') ORDER BY length(scope), scope`)
	return list, err
}

func scopeOf(n int) string { return "lookup:" + strconv.Itoa(n) }

// Hash is the look-up hash of a value for a column: equal values of one purpose have equal hashes, and nobody without the
// keys can try values out.
func (l *Lookup) Hash(purpose, value string) []byte {
	return l.headed(len(l.keys), l.derive(len(l.keys), purpose, value))
}

// Derive is a keyed hash, 16 bytes, that is made anew whenever it is needed and kept nowhere.
func (l *Lookup) Derive(purpose, value string) []byte { return l.derive(len(l.keys), purpose, value) }

// DeriveAs is what Derive gave when kept was made.
func (l *Lookup) DeriveAs(kept []byte, purpose, value string) []byte {
	return l.derive(l.known(kept), purpose, value)
}

// Same says whether kept is the hash of a value, under whichever key it was made.
func (l *Lookup) Same(kept []byte, purpose, value string) bool {
	n := l.known(kept)
	return n > 0 && hmac.Equal(kept, l.headed(n, l.derive(n, purpose, value)))
}

// derive hashes under the first n keys, one after the other.
func (l *Lookup) derive(n int, purpose, value string) []byte {
	if n == 0 {
		return nil
	}
	hash := l.keys[0].Hash(purpose, value)
	for _, key := range l.keys[1:n] {
		hash = over(key, hash)
	}
	return hash
}

func over(key *Key, hash []byte) []byte { return key.Hash("look-up hash", string(hash)) }

func (l *Lookup) headed(n int, hash []byte) []byte {
	return append(append(make([]byte, 0, stemLen+hashLen), l.keys[n-1].mark()...), hash...)
}

// known is how many keys a kept hash was made with; 0: it is none of this installation.
func (l *Lookup) known(kept []byte) int {
	if len(kept) != stemLen+hashLen {
		return 0
	}
	for n := len(l.keys); n > 0; n-- {
		if bytes.HasPrefix(kept, l.keys[n-1].mark()) {
			return n
		}
	}
	return 0
}

// turned is what a kept hash is under the present key.
func (l *Lookup) turned(kept []byte) ([]byte, error) {
	n := l.known(kept)
	if n == 0 {
		return nil, fmt.Errorf("seal: a look-up hash of %d bytes names no key of this installation", len(kept))
	}
	hash := kept[stemLen:]
	for _, key := range l.keys[n:] {
		hash = over(key, hash)
	}
	return l.headed(len(l.keys), hash), nil
}

// mark is how the hashes of a key begin.
func (k *Key) mark() []byte { return markOf(k.ID, k.Scope) }

func markOf(key uuid.UUID, scope string) []byte {
	if scope == unnamed {
		key = uuid.UUID{}
	}
	return append([]byte{hmacSHA256}, key[len(key)-markLen:]...)
}

// TokenHash is by what a random token of at least 128 bits is found: nobody can try such tokens out, so it has no key, and
// says so.
func TokenHash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return append([]byte{tokenSHA256, 0, 0, 0, 0}, sum[:]...)
}
