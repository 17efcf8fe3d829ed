package access

import (
	"context"
	"encoding/json"

	"lianyuan/domain/place"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/journal"
)

// The ids of what the journal says of the account $3, by who asks: its grants, those that ended too, and for the auditor its sessions.
const (
	ofAccount  = `SELECT id FROM account WHERE id = $3 UNION ALL SELECT id FROM role_grant WHERE account = $3`
	ofSessions = ` UNION ALL SELECT id FROM session WHERE account = $3`
)

// Course is what happened to an account and its grants, newest first, at most limit rows before a seq (0: from the newest on). For
// the security administrator and the auditor; when the person signed in and out is for the auditor alone.
func (s *Service) Course(ctx context.Context, account string, before int64, limit int) (rows []journal.Row, err error) {
	actor, err := Require(ctx, AccountCourse, place.Root)
	if err != nil {
		return nil, err
	}
	of := ofAccount
	if actor.May(JournalSee, place.Root) {
		of += ofSessions
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		var known int
		if err := tx.Get(`SELECT count(*) FROM account WHERE id = $1`, []any{account}, &known); err != nil {
			return err
		}
		if known == 0 {
			return fault.ErrNotFound
		}
		rows, err = journal.OfRecords(tx, of, account, before, max(1, min(limit, 200)))
		return err
	})
	return rows, err
}

// GrantOfRow is the grant that a row of the journal is about, without its dates; ok is false for rows about something else.
func GrantOfRow(r journal.Row) (g Grant, ok bool) {
	if r.Kind != "grant" {
		return g, false
	}
	var said grantSaid
	if err := json.Unmarshal(r.Body, &said); err != nil {
		return g, false
	}
	return Grant{ID: r.Subject, Role: said.Role, Place: said.Place, Team: said.Team, Incident: said.Incident}, true
}

// grantSaid is what the journal says of a grant.
type grantSaid struct {
	Account  string     `json:"account"`
	Role     Role       `json:"role"`
	Place    place.Path `json:"place"`
	Team     string     `json:"team"`
	Incident string     `json:"incident"`
	State    string     `json:"state"` // proposed, in_force, revoked
}
