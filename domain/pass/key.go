package pass

import (
	"context"
	"crypto/ed25519"
	"slices"

	"lianyuan/domain/incident"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/journal"
	"lianyuan/platform/seal"
)

// The key that signs passes and lists is replaced while the system stands still. One that hands on stays good for what it has
// signed, and a gate that knows it follows it to the next by itself. When one was copied all so far are ended and count no more: what
// is in force is signed anew when the system starts, the teams and the group are told to print, and a person at each gate compares
// the new key.
const keyPurpose = "pass"

// ReplaceKey gives the installation another key to sign passes with; end says that those so far count no more. For whoever
// has stopped all nodes.
func ReplaceKey(ctx context.Context, keeper *seal.Keeper, end bool) error {
	verb := "key.pass_replaced"
	if end {
		verb = "key.pass_ended"
	}
	return keeper.Replace(ctx, keyPurpose, end, func(tx *db.Tx, from, to string) error {
		if err := nextList(tx); err != nil {
			return err
		}
		return journal.Append(tx, journal.Entry{
			Verb: verb, Kind: "key", Subject: keyPurpose, Place: string(place.Root), Scope: journal.Guard, Actor: "system", Body: map[string]any{"from": from, "to": to},
		})
	})
}

// Handed is what a key has signed for the one that follows it.
type Handed struct {
	By, Key   ed25519.PublicKey
	Signature []byte
}

// Ended is what a key has signed of itself: it counts no more.
type Ended struct {
	Key       ed25519.PublicKey
	Signature []byte
}

// keys are what the service knows of the keys that signed passes before the present one. None changes while it runs.
type keys struct {
	good   []ed25519.PublicKey // their codes count
	handed []Handed
	ended  []Ended
}

func keysOf(list []seal.SigningKey) (k keys) {
	for _, x := range list {
		switch {
		case x.Ended != nil:
			k.ended = append(k.ended, Ended{x.Public, x.Ended})
		case x.Successor != "":
			k.good = append(k.good, x.Public)
			if n := slices.IndexFunc(list, func(to seal.SigningKey) bool { return to.ID == x.Successor }); n >= 0 && x.Handed != nil {
				k.handed = append(k.handed, Handed{x.Public, list[n].Public, x.Handed})
			}
		}
	}
	return k
}

// endedCode says whether a code was signed with a key that counts no more.
func (k keys) endedCode(code string) bool {
	return slices.ContainsFunc(k.ended, func(e Ended) bool { return nameOf(e.Key) == signedWith(code) })
}

// public is the key that signs now.
func (s *Service) public() ed25519.PublicKey {
	return s.private.Public().(ed25519.PublicKey) //nolint:forcetypeassert // of an Ed25519 key it is one
}

// KeyName is the key that signs now as papers print it.
func (s *Service) KeyName() string { return nameOf(s.public()) }

// anewAtOnce is how many passes are signed anew in one transaction.
const anewAtOnce = 200

// signAnew gives what is in force, and was signed with a key that counts no more, a code of the present key, and says how many
// there were. Each is told to its team, and each part of them to the group that issues passes in the incident. Interrupted, it goes
// on when the system starts again.
func (s *Service) signAnew(ctx context.Context) (n int, err error) {
	var list []Pass
	if err := s.db.View(ctx, func(tx *db.Tx) error {
		list, err = passesWhere(tx, `state = 'valid' AND back_to >= $1 ORDER BY incident, id`, clock.Micro(s.clock.Now()))
		return err
	}); err != nil {
		return 0, err
	}
	list = slices.DeleteFunc(list, func(p Pass) bool { return !s.keys.endedCode(p.Code) })
	for len(list) > 0 {
		part := list[:min(len(list), anewAtOnce)]
		if of := slices.IndexFunc(part, func(p Pass) bool { return p.Incident != part[0].Incident }); of > 0 {
			part = part[:of]
		}
		signed := 0
		if err := s.db.Update(ctx, func(tx *db.Tx) (err error) {
			signed, err = s.signIn(tx, part)
			return err
		}); err != nil {
			return n, err
		}
		n, list = n+signed, list[len(part):]
	}
	return n, nil
}

// signIn signs passes of one incident anew, and says how many: not what has changed since it was read, as by another node that starts.
func (s *Service) signIn(tx *db.Tx, list []Pass) (signed int, err error) {
	i, err := incident.ByID(tx, list[0].Incident)
	if err != nil {
		return 0, err
	}
	for _, p := range list {
		if err := s.sign(&p, i); err != nil {
			return 0, err
		}
		p.Version++
		n, err := tx.Exec(`UPDATE pass SET code = $1, version = $2 WHERE id = $3 AND version = $4`, p.Code, p.Version, p.ID, p.Version-1)
		if err != nil {
			return 0, err
		}
		if n == 0 {
			continue
		}
		signed++
		if err := journal.Append(tx, entry(p, "signed_anew", "system", "")); err != nil {
			return 0, err
		}
	}
	if signed == 0 {
		return 0, nil
	}
	if err := nextList(tx); err != nil {
		return 0, err
	}
	return signed, journal.Append(tx, journal.Entry{
		Verb: "key.passes_signed", Kind: "key", Subject: keyPurpose, Place: string(i.Place), Scope: journal.Desk, Incident: i.ID, Actor: "system",
		Body: map[string]any{"passes": signed},
	})
}
