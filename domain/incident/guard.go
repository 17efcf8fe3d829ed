package incident

import (
	"database/sql"
	"errors"

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

// Owner is the incident that a record of a context above belongs to, "" when it has joined none; sql.ErrNoRows when there is
// no such record.
type Owner func(tx *db.Tx, record string) (incident string, err error)

// KnowRecords tells the service whose the records are that groups hand over, kind by kind. Not while the service works.
func (s *Service) KnowRecords(of map[string]Owner) { s.records = of }

// owns says whether a record is one of the incident; a record of another one is as unknown as one that there is not.
func (s *Service) owns(tx *db.Tx, incident, kind, record string) (bool, error) {
	of, err := s.records[kind](tx, record)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return of == incident, err
}
