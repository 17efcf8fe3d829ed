package team

import (
	"encoding/hex"

	"lianyuan/domain/access"
	"lianyuan/platform/db"
	"lianyuan/platform/input"
	"lianyuan/platform/seal"
)

// LookupHashes are the columns of look-up hashes.
var LookupHashes = []seal.Column{{Table: "member", ID: []string{"id"}, Hash: "person"}}

// Key is the same for one person in whichever team: a keyed hash of paper and number. It tells people apart and says
// nothing of who they are.
func (m Member) Key() string { return hex.EncodeToString(m.person) }

// KeyOf is the key of a person who shows a paper, whether the register knows them or not.
func (s *Service) KeyOf(paper, number string) string {
	return hex.EncodeToString(access.PersonHash(s.lookup, paper, input.Number(number)))
}

// KnownKey is the key of a person who shows the number of a paper without saying which one it is: that of a member on
// record with this number, in whichever team, else that of a resident card or of another paper by the length of the number.
func (s *Service) KnownKey(tx *db.Tx, number string) (string, error) {
	args := make([]any, len(Papers))
	for i, paper := range Papers {
		args[i] = access.PersonHash(s.lookup, paper, input.Number(number))
	}
	var found []byte
	err := tx.Each(func(sc db.Scanner) error { return sc.Scan(&found) },
		`SELECT person FROM member WHERE person IN (`+db.List(1, len(args))+`) ORDER BY state, joined_at LIMIT 1`, args...)
	switch {
	case err != nil:
		return "", err
	case found != nil:
		return hex.EncodeToString(found), nil
	case len(input.Number(number)) == 18:
		return s.KeyOf("resident_id", number), nil
	}
	return s.KeyOf("other", number), nil
}

// Having are the teams that have a person among their active members, by the hashes that the person may be known under. It is
// what access is told of teams.
func Having(tx *db.Tx, persons [][]byte) (teams []string, err error) {
	if len(persons) == 0 {
		return nil, nil
	}
	args := make([]any, len(persons))
	for i, p := range persons {
		args[i] = p
	}
	err = tx.Each(func(sc db.Scanner) error {
		var t string
		err := sc.Scan(&t)
		teams = append(teams, t)
		return err
	}, `SELECT DISTINCT team FROM member WHERE person IN (`+db.List(1, len(args))+`) AND state = 'active' ORDER BY team`, args...)
	return teams, err
}
