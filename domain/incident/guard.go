package incident

import (
	"lianyuan/platform/db"
)

// Guard is what a context above knows that stands in the way of closing an incident: nil, or a conflict that says what and
// how many. It is asked in the transaction that closes.
type Guard func(tx *db.Tx, incident string) error

// GuardClosing has guards asked before an incident is closed, in this order. Not while the service works.
func (s *Service) GuardClosing(g ...Guard) { s.guards = append(s.guards, g...) }

// clear asks every guard.
func (s *Service) clear(tx *db.Tx, incident string) error {
	for _, g := range s.guards {
		if err := g(tx, incident); err != nil {
			return err
		}
	}
	return nil
}
