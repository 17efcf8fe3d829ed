// Package seal keeps personal data unreadable without a key that is not in the database.
//
//	master key (file outside the data directory) ──wraps──▶ data keys (table data_key, one per scope) ──seal──▶ values
//
// A scope is what is to be destroyed together: the reports of one county and month, an incident, a person. Destroying its
// key (destroy.go) makes every copy of what stood under it unreadable, for a backup holds no data keys: they are kept apart,
// in one file that each backup writes anew.
//
// A sealed value names its algorithm and its key, so that keys rotate and another algorithm can take over:
// 1 byte algorithm, 16 bytes id of the data key, 12 bytes nonce, ciphertext with tag. The associated data ties a value
// to its row and column: moved elsewhere it does not open.
package seal

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"sync"

	"github.com/google/uuid"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
)

// The algorithm byte of sealed values; 2 is kept for SM4-GCM.
const aesGCM = 1

const (
	keyLen   = 32
	nonceLen = 12
	headLen  = 1 + 16 + nonceLen
)

// ErrSealed says that a value does not open: wrong key, wrong row, or changed.
var ErrSealed = errors.New("seal: the value does not open")

// Keeper finds, makes and remembers data keys. Safe for concurrent use.
type Keeper struct {
	db     *db.DB
	master *Master

	mu      sync.RWMutex
	byScope map[string]*Key
	byID    map[uuid.UUID]*Key
	lookup  *Lookup
}

// Key is one data key. Safe for concurrent use.
type Key struct {
	ID    uuid.UUID
	Scope string
	gcm   cipher.AEAD
	macs  sync.Pool // of hash.Hash, keyed by a derived key, for look-up hashes: keying one costs more than a hash
}

// NewKeeper is a keeper over the data keys of d.
func NewKeeper(d *db.DB, m *Master) *Keeper {
	return &Keeper{db: d, master: m, byScope: map[string]*Key{}, byID: map[uuid.UUID]*Key{}}
}

// For is the data key of a scope, made when it does not exist yet. Call it outside Update: only a key that is safely
// stored may seal anything.
func (k *Keeper) For(ctx context.Context, scope string) (*Key, error) {
	k.mu.RLock()
	key := k.byScope[scope]
	k.mu.RUnlock()
	if key != nil {
		return key, nil
	}
	raw := make([]byte, keyLen)
	if _, err := rand.Read(raw); err != nil {
		return nil, err
	}
	fresh := id.New()
	wrapped, err := k.master.wrap(raw, fresh)
	if err != nil {
		return nil, err
	}
	err = k.db.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO data_key (id, scope, algorithm, master, wrapped, created_at) VALUES ($1, $2, 'aes-256-gcm', $3, $4, $5)
			ON CONFLICT (scope) DO NOTHING`, fresh, scope, k.master.ID, wrapped, clock.Micro(tx.Now))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("data key: %w", err)
	}
	return k.load(ctx, `scope = $1`, scope)
}

// byKeyID is the key that sealed a value.
func (k *Keeper) byKeyID(ctx context.Context, key uuid.UUID) (*Key, error) {
	k.mu.RLock()
	found := k.byID[key]
	k.mu.RUnlock()
	if found != nil {
		return found, nil
	}
	return k.load(ctx, `id = $1`, key.String())
}

func (k *Keeper) load(ctx context.Context, where string, arg any) (*Key, error) {
	var keyID, scope, master string
	var wrapped []byte
	err := k.db.View(ctx, func(tx *db.Tx) error {
		return tx.Get(`SELECT id, scope, master, wrapped FROM data_key WHERE `+where, []any{arg}, &keyID, &scope, &master, &wrapped)
	})
	if err != nil {
		return nil, fmt.Errorf("data key: %w", err)
	}
	raw, err := k.master.unwrap(wrapped, keyID, master)
	if err != nil {
		return nil, err
	}
	key, err := newKey(keyID, scope, raw)
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.byScope[scope], k.byID[key.ID] = key, key
	return key, nil
}

func newKey(keyID, scope string, raw []byte) (*Key, error) {
	u, err := uuid.Parse(keyID)
	if err != nil {
		return nil, err
	}
	gcm, err := newGCM(raw)
	if err != nil {
		return nil, err
	}
	mac := hmac.New(sha256.New, raw)
	mac.Write([]byte("look-up"))
	derived := mac.Sum(nil)
	return &Key{ID: u, Scope: scope, gcm: gcm, macs: sync.Pool{New: func() any { return hmac.New(sha256.New, derived) }}}, nil
}

func newGCM(raw []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(raw)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// Seal seals plain for the place it will stand in (row tells which: "report:ID:person").
func (k *Key) Seal(plain []byte, row string) ([]byte, error) {
	out := make([]byte, headLen, headLen+len(plain)+k.gcm.Overhead())
	out[0] = aesGCM
	copy(out[1:], k.ID[:])
	nonce := out[1+16 : headLen]
	if _, err := rand.Read(nonce); err != nil {
		return nil, err
	}
	return k.gcm.Seal(out, nonce, plain, []byte(row)), nil
}

// Hash is a keyed look-up hash of a value, 16 bytes: equal values of one purpose have equal hashes, and nobody
// without the key can try values out.
func (k *Key) Hash(purpose, value string) []byte {
	mac := k.macs.Get().(hash.Hash) //nolint:forcetypeassert // only these are in it
	defer k.macs.Put(mac)
	mac.Reset()
	mac.Write([]byte(purpose))
	mac.Write([]byte{0})
	mac.Write([]byte(value))
	return mac.Sum(nil)[:16]
}

// Open opens a sealed value for the place it stands in. ErrGone when its key was destroyed.
func (k *Keeper) Open(ctx context.Context, sealed []byte, row string) ([]byte, error) {
	if len(sealed) < headLen || sealed[0] != aesGCM {
		return nil, ErrSealed
	}
	key, err := k.byKeyID(ctx, uuid.UUID(sealed[1:17]))
	if errors.Is(err, fault.ErrNotFound) {
		return nil, ErrGone
	}
	if err != nil {
		return nil, err
	}
	plain, err := key.gcm.Open(nil, sealed[17:headLen], sealed[headLen:], []byte(row))
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

// Signing is the newest key of a purpose ("journal"), made when there is none yet; id names it.
func (k *Keeper) Signing(ctx context.Context, purpose string) (keyID string, private ed25519.PrivateKey, err error) {
	public, fresh, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return "", nil, err
	}
	freshID := id.New()
	wrapped, err := k.master.wrap(fresh.Seed(), freshID)
	if err != nil {
		return "", nil, err
	}
	var master string
	var stored []byte
	err = k.db.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO signing_key (id, purpose, algorithm, public, master, wrapped, created_at)
			VALUES ($1, $2, 'ed25519', $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
			freshID, purpose, []byte(public), k.master.ID, wrapped, clock.Micro(tx.Now))
		if err != nil {
			return err
		}
		return tx.Get(`SELECT id, master, wrapped FROM signing_key WHERE purpose = $1 AND retired_at IS NULL`,
			[]any{purpose}, &keyID, &master, &stored)
	})
	if err != nil {
		return "", nil, fmt.Errorf("signing key: %w", err)
	}
	seed, err := k.master.unwrap(stored, keyID, master)
	if err != nil {
		return "", nil, err
	}
	return keyID, ed25519.NewKeyFromSeed(seed), nil
}

// Master wraps data keys. It comes from a file or a command outside the data directory and is in no backup.
type Master struct {
	ID  string // first bytes of a hash of the key: names it, reveals nothing
	gcm cipher.AEAD
}

// NewMaster is the master key made of 32 random bytes.
func NewMaster(raw []byte) (*Master, error) {
	if len(raw) != keyLen {
		return nil, fmt.Errorf("%w: it has %d bytes, this one %d", ErrNoMaster, keyLen, len(raw))
	}
	gcm, err := newGCM(raw)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(append([]byte("lianyuan master key id\x00"), raw...))
	return &Master{ID: hex.EncodeToString(sum[:6]), gcm: gcm}, nil
}

func (m *Master) wrap(raw []byte, keyID string) ([]byte, error) {
	nonce := make([]byte, nonceLen)
	if _, err := rand.Read(nonce); err != nil {
		return nil, err
	}
	return m.gcm.Seal(append([]byte{aesGCM}, nonce...), nonce, raw, []byte(keyID)), nil
}

// ErrMaster says that the data was sealed under another master key than the one given.
var ErrMaster = errors.New("seal: this is not the master key of this data")

func (m *Master) unwrap(wrapped []byte, keyID, master string) ([]byte, error) {
	if master != m.ID {
		return nil, fmt.Errorf("%w (key %s, data %s)", ErrMaster, m.ID, master)
	}
	if len(wrapped) < 1+nonceLen || wrapped[0] != aesGCM {
		return nil, ErrSealed
	}
	raw, err := m.gcm.Open(nil, wrapped[1:1+nonceLen], wrapped[1+nonceLen:], []byte(keyID))
	if err != nil {
		return nil, ErrMaster
	}
	return raw, nil
}
