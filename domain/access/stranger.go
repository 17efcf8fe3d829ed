package access

import (
	"context"
	"errors"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/seal"
)

// LookupHashes are the columns of look-up hashes.
var LookupHashes = []seal.Column{
	{Table: "stranger", ID: []string{"hash"}, Hash: "hash"},
	{Table: "account_person", ID: []string{"hash"}, Hash: "hash"},
}

// stranger answers a wrong password for a login that does not exist, and counts it as wrongPassword does: whoever
// tries passwords cannot tell from the lock which logins there are.
func (s *Service) stranger(ctx context.Context, login string) error {
	key, err := s.keeper.Lookup(ctx)
	if err != nil {
		return err
	}
	l, err := s.Limits()
	if err != nil {
		return err
	}
	hash := key.Hash("login", login)
	answer := ErrLogin
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		answer = ErrLogin
		now := clock.Micro(tx.Now)
		if _, err := tx.Exec(`DELETE FROM stranger WHERE at < $1`, clock.Micro(tx.Now.Add(-l.StrangersKept))); err != nil {
			return err
		}
		counted, err := tx.Exec(`INSERT INTO stranger (hash, wrong, locked_until, at) VALUES ($1, 1, 0, $2)
			ON CONFLICT (hash) DO UPDATE SET wrong = stranger.wrong + 1, at = excluded.at WHERE stranger.locked_until <= $2`, hash, now)
		if err != nil {
			return err
		}
		if counted == 0 {
			answer = ErrLocked
			return nil
		}
		locked, err := tx.Exec(`UPDATE stranger SET wrong = 0, locked_until = $1 WHERE hash = $2 AND wrong >= $3`,
			clock.Micro(tx.Now.Add(l.LockedFor)), hash, l.WrongBefore)
		if err == nil && locked > 0 {
			answer = ErrLocked
		}
		return err
	})
	return errors.Join(err, ifNil(err, answer))
}
