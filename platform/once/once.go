// Package once makes a command that arrives twice one command.
//
// Every command carries an id made by whoever gave it. The first time, the id is kept with who gave it and a digest of
// what it said, in the transaction of its effect. The same again is answered like the first; the same id with other
// words, or from somebody else, is refused and reveals nothing.
package once

import (
	"encoding/hex"
	"encoding/json"
	"regexp"
	"strings"

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
	subject := named(`"`+before.Subject+`"`) == named(`"`+c.Subject+`"`)
	if before.Actor != c.Actor || before.Verb != c.Verb || !subject || !same(before.Digest) {
		return false, fault.ErrIDReused
	}
	return true, nil
}

// ways are what stands in a tree, said by all that is above it.
var ways = regexp.MustCompile(`"/(?:[^"/\\]+/)+"`)

// named is what a command says with each of them by its last name alone: what stands in a tree may be moved, and the command
// that is sent again afterwards is the same.
func named(words string) string {
	if !strings.Contains(words, `"/`) {
		return words
	}
	return ways.ReplaceAllStringFunc(words, func(way string) string {
		way = strings.TrimSuffix(way, `/"`)
		return `"` + way[strings.LastIndexByte(way, '/')+1:] + `"`
	})
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
	is := named(string(words))
	c := Command{ID: id, Actor: actor, Verb: verb, Subject: subject, Digest: hex.EncodeToString(l.key.Hash("command", is))}
	return again(tx, c, func(before string) bool {
		kept, err := hex.DecodeString(before)
		return err == nil && (l.key.Same(kept, "command", is) || l.key.Same(kept, "command", string(words))) // as versions before wrote it
	})
}
