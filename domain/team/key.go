package team

import (
	"encoding/hex"

	"lianyuan/platform/db"
	"lianyuan/platform/seal"
)

// LookupHashes are the columns of look-up hashes.
var LookupHashes = []seal.Column{{Table: "member", ID: []string{"id"}, Hash: "person"}}

// Key is the same for one person in whichever team: a keyed hash of paper and number. It tells people apart and says
// nothing of who they are.
func (m Member) Key() string { return hex.EncodeToString(m.person) }

// KeyOf is the key of a person who shows a paper, whether the register knows them or not.
func (s *Service) KeyOf(paper, number string) string {
	return hex.EncodeToString(s.lookup.Hash("person", paper+":"+numberOf(number)))
}

// KnownKey is the key of a person who shows the number of a paper without saying which one it is: that of a member on
// record with this number, in whichever team, else that of a resident card or of another paper by the length of the number.
func (s *Service) KnownKey(tx *db.Tx, number string) (string, error) {
	args := make([]any, len(Papers))
	for i, paper := range Papers {
		args[i] = s.lookup.Hash("person", paper+":"+numberOf(number))
	}
	var found []byte
	err := tx.Each(func(sc db.Scanner) error { return sc.Scan(&found) },
		`SELECT person FROM member WHERE person IN (`+db.List(1, len(args))+`) ORDER BY state, joined_at LIMIT 1`, args...)
	switch {
	case err != nil:
		return "", err
	case found != nil:
		return hex.EncodeToString(found), nil
	case len(numberOf(number)) == 18:
		return s.KeyOf("resident_id", number), nil
	}
	return s.KeyOf("other", number), nil
}
