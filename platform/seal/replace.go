package seal

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/id"
)

// SigningKey is the open half of a signing key, and what the key has said of itself. A device far away believes a key for what it
// says, not us: so that who has only copied our word cannot make it follow another key.
type SigningKey struct {
	ID        string
	Public    ed25519.PublicKey
	Successor string // id of the key that came after it; "" it is the present one
	Handed    []byte // its signature for the successor; nil: it does not vouch for one
	Ended     []byte // its signature that nothing it has signed counts any more; nil: it counts
}

var errReplaced = errors.New("somebody else has replaced the key meanwhile")

// The words that a key signs of itself, before a public half.
func handedOn(purpose string, to ed25519.PublicKey) []byte {
	return append([]byte("lianyuan "+purpose+" key handed on\x00"), to...)
}

func endedKey(purpose string, key ed25519.PublicKey) []byte {
	return append([]byte("lianyuan "+purpose+" key ended\x00"), key...)
}

// SigningKeys are all keys of a purpose, the oldest first.
func (k *Keeper) SigningKeys(ctx context.Context, purpose string) (list []SigningKey, err error) {
	err = k.db.View(ctx, func(tx *db.Tx) error {
		list = nil
		return tx.Each(func(sc db.Scanner) error {
			var s SigningKey
			var public []byte
			err := sc.Scan(&s.ID, &public, &s.Successor, &s.Handed, &s.Ended)
			s.Public = public
			list = append(list, s)
			return err
		}, `SELECT id, public, successor, handed, ended FROM signing_key WHERE purpose = $1 ORDER BY created_at, id`, purpose)
	})
	return list, err
}

// Replace puts a new key in the place of the present one of a purpose. The present one hands on to it; or, with end, it and all
// before it say that they count no more. told writes in the same transaction who is told. No node may run: each has the key that it
// began with.
func (k *Keeper) Replace(ctx context.Context, purpose string, end bool, told func(tx *db.Tx, from, to string) error) error {
	was, old, err := k.Signing(ctx, purpose)
	if err != nil {
		return err
	}
	public, fresh, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	freshID := id.New()
	wrapped, err := k.master.wrap(fresh.Seed(), freshID)
	if err != nil {
		return err
	}
	handed := ed25519.Sign(old, handedOn(purpose, public))
	if end {
		handed = nil
	}
	err = k.db.Update(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(`UPDATE signing_key SET retired_at = $1, successor = $2, handed = $3 WHERE id = $4 AND retired_at IS NULL`,
			clock.Micro(tx.Now), freshID, handed, was)
		if err == nil && n == 0 {
			err = errReplaced
		}
		if err == nil && end {
			err = k.endAll(tx, purpose)
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO signing_key (id, purpose, algorithm, public, master, wrapped, created_at) VALUES ($1, $2, 'ed25519', $3, $4, $5, $6)`,
			freshID, purpose, []byte(public), k.master.ID, wrapped, clock.Micro(tx.Now)); err != nil {
			return err
		}
		return told(tx, was, freshID)
	})
	if err != nil {
		return fmt.Errorf("signing key: %w", err)
	}
	return nil
}

// endAll has every key of a purpose say of itself that it counts no more: whoever could copy one could copy all.
func (k *Keeper) endAll(tx *db.Tx, purpose string) error {
	ended := map[string][]byte{}
	if err := tx.Each(func(sc db.Scanner) error {
		var keyID, master string
		var wrapped []byte
		if err := sc.Scan(&keyID, &master, &wrapped); err != nil {
			return err
		}
		seed, err := k.master.unwrap(wrapped, keyID, master)
		if err != nil {
			return err
		}
		key := ed25519.NewKeyFromSeed(seed)
		ended[keyID] = ed25519.Sign(key, endedKey(purpose, key.Public().(ed25519.PublicKey))) //nolint:forcetypeassert // of an Ed25519 key it is one
		return nil
	}, `SELECT id, master, wrapped FROM signing_key WHERE purpose = $1 AND ended IS NULL`, purpose); err != nil {
		return err
	}
	for keyID, said := range ended {
		if _, err := tx.Exec(`UPDATE signing_key SET ended = $1 WHERE id = $2`, said, keyID); err != nil {
			return err
		}
	}
	return nil
}
