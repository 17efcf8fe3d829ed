// Package once makes a command that arrives twice one command.
//
// Every command carries an id made by whoever gave it. The first time, the id is kept with who gave it and a digest of
// what it said, in the transaction of its effect. The same again is answered like the first; the same id with other
// words, or from somebody else, is refused and reveals nothing.
package once

import (
	"encoding/hex"
	"encoding/json"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/seal"
)

// Command is what identifies a command. Digest is a keyed hash: a command may hold words that must not be guessed.
type Command struct {
	ID      string
	Actor   string
	Verb    string
	Subject string
	Digest  string
}

// Again says whether the command was carried out before; when it was not, it counts as carried out with this
// transaction. Fails with fault.ErrIDReused.
func Again(tx *db.Tx, c Command) (bool, error) {
	return again(tx, c, func(before string) bool { return before == c.Digest })
}

// again is Again; same says whether a digest of before is of the same words.
func again(tx *db.Tx, c Command, same func(before string) bool) (bool, error) {
	n, err := tx.Exec(`INSERT INTO command (id, actor, verb, digest, subject, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`,
		c.ID, c.Actor, c.Verb, c.Digest, c.Subject, clock.Micro(tx.Now))
	if err != nil || n == 1 {
		return false, err
	}
	var before Command
	err = tx.Get(`SELECT actor, verb, digest, subject FROM command WHERE id = $1`, []any{c.ID}, &before.Actor, &before.Verb, &before.Digest, &before.Subject)
	if err != nil {
		return false, err
	}
	if before.Actor != c.Actor || before.Verb != c.Verb || before.Subject != c.Subject || !same(before.Digest) {
		return false, fault.ErrIDReused
	}
	return true, nil
}

// Log tells the commands of one context apart. Its digests are keyed with a look-up key.
type Log struct{ key *seal.Lookup }

// NewLog is a log with a look-up key.
func NewLog(key *seal.Lookup) Log { return Log{key} }

// Again says whether the command was carried out before; said is the whole of it. An empty id may be repeated freely.
// Fails with fault.ErrIDReused.
func (l Log) Again(tx *db.Tx, id, actor, verb, subject string, said any) (bool, error) {
	if id == "" {
		return false, nil
	}
	words, err := json.Marshal(said)
	if err != nil {
		return false, err
	}
	c := Command{ID: id, Actor: actor, Verb: verb, Subject: subject, Digest: hex.EncodeToString(l.key.Hash("command", string(words)))}
	return again(tx, c, func(before string) bool {
		kept, err := hex.DecodeString(before)
		return err == nil && l.key.Same(kept, "command", string(words))
	})
}
