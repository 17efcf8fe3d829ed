package incident

import (
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
)

// Closing an incident freezes what happened on site (S004-49): reception, missions, logistics, offers, passes and what is
// said of needs are read-only from then on. Late facts are addenda of the summary (domain/situation). What goes on: the
// refund of tolls, papers that decisions given by word wait for, taking back what still claims people and vehicles, the
// passages that gates noted, and every cry for help. Only headquarters unfreezes, by reopening.

// ErrClosed says that the incident was closed and what happened on site is frozen.
var ErrClosed = fault.New(fault.Conflict, "incident_closed", "事件已结束，现场情况已冻结；补充情况请在统计总结中登记补记",
	"the incident is closed and what happened on site is frozen; add late facts to its summary")

// Runs says why nothing of the work on site may be written, if it may not: ErrClosed, or ErrNotOpen before the mechanism
// runs. It looks and holds nothing; whoever writes asks Writing.
func (i Incident) Runs() error {
	switch {
	case i.Open():
		return nil
	case i.State == "closed":
		return ErrClosed
	}
	return ErrNotOpen
}

// Frozen is Runs for what may be written before the mechanism runs too.
func (i Incident) Frozen() error {
	if i.State == "recorded" {
		return nil
	}
	return i.Runs()
}

// Writing is asked in the transaction of everything that is written of the work on site: nil while the mechanism runs,
// ErrClosed or ErrNotOpen otherwise. Closing waits for the transaction, or the transaction for closing, so that nothing
// slips in behind the figures that are frozen. For contexts above too.
func Writing(tx *db.Tx, incident string) error {
	i, err := standing(tx, incident)
	if err != nil {
		return err
	}
	return i.Runs()
}

// Unfrozen is Writing for what may be written before the mechanism runs too.
func Unfrozen(tx *db.Tx, incident string) error {
	i, err := standing(tx, incident)
	if err != nil {
		return err
	}
	return i.Frozen()
}

// standing is an incident whose state nobody changes until the transaction ends; others may hold it so at the same time.
// SQLite has one writer and needs no lock.
func standing(tx *db.Tx, incident string) (i Incident, err error) {
	i.ID = incident
	query := `SELECT state FROM incident WHERE id = $1`
	if tx.Engine() == db.Postgres {
		query += ` FOR SHARE`
	}
	err = tx.Get(query, []any{incident}, &i.State)
	return i, err
}

// OnClosing has fn do its part in the transaction that closes an incident, which it is given as it will be; by is the
// account that does it, and an error stops the closing. For contexts above; call it before the first closing.
func (s *Service) OnClosing(fn func(tx *db.Tx, i Incident, by string) error) {
	s.ending = append(s.ending, fn)
}
