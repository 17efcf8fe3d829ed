package team

import "encoding/hex"

// Key is the same for one person in whichever team: a keyed hash of paper and number. It tells people apart and says
// nothing of who they are.
func (m Member) Key() string { return hex.EncodeToString(m.person) }

// KeyOf is the key of a person who shows a paper, whether the register knows them or not.
func (s *Service) KeyOf(paper, number string) string {
	return hex.EncodeToString(s.lookup.Hash("person", paper+":"+numberOf(number)))
}
