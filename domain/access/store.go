package access

import (
	"slices"
	"strings"
	"time"

	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

type account struct {
	id, login, name, unit, password string
	factor                          []byte // sealed TOTP secret
	active                          bool
	lockedUntil                     time.Time
}

func accountByLogin(tx *db.Tx, login string) (a account, err error) {
	var locked int64
	err = tx.Get(`SELECT id, login, name, unit, password, factor, active, locked_until FROM account WHERE login = $1`,
		[]any{login}, &a.id, &a.login, &a.name, &a.unit, &a.password, &a.factor, &a.active, &locked)
	a.lockedUntil = clock.FromMicro(locked)
	return a, err
}

func insertAccount(tx *db.Tx, a Account, hash string) (int64, error) {
	return tx.Exec(`INSERT INTO account (id, login, name, unit, password, active, created_at, version) VALUES ($1, $2, $3, $4, $5, true, $6, 1)
		ON CONFLICT DO NOTHING`, a.ID, a.Login, a.Name, a.Unit, hash, clock.Micro(tx.Now))
}

// insertGrant writes a grant; with confirmedBy it is in force, without it waits for a second person.
func insertGrant(tx *db.Tx, account string, g Grant, by, confirmedBy string) error {
	now, confirmed := clock.Micro(tx.Now), int64(0)
	if confirmedBy != "" {
		confirmed = now
	}
	_, err := tx.Exec(`INSERT INTO role_grant (id, account, role, place, team, incident, not_before, not_after, granted_by, granted_at, confirmed_by, confirmed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`, g.ID, account, string(g.Role), string(g.Place), g.Team, g.Incident,
		clock.Micro(g.NotBefore), clock.Micro(g.NotAfter), by, now, confirmedBy, confirmed)
	return err
}

func revokeGrant(tx *db.Tx, grant, by string) (int64, error) {
	return tx.Exec(`UPDATE role_grant SET revoked_at = $1, revoked_by = $2 WHERE id = $3 AND revoked_at IS NULL`, clock.Micro(tx.Now), by, grant)
}

// grantByID is a grant that is not revoked, with who holds and who gave it.
func grantByID(tx *db.Tx, grant string) (account, by string, g Grant, err error) {
	var role, path string
	var from, until int64
	err = tx.Get(`SELECT id, account, granted_by, role, place, team, incident, not_before, not_after FROM role_grant WHERE id = $1 AND revoked_at IS NULL`,
		[]any{grant}, &g.ID, &account, &by, &role, &path, &g.Team, &g.Incident, &from, &until)
	g.Role, g.Place, g.NotBefore, g.NotAfter = Role(role), place.Path(path), clock.FromMicro(from), clock.FromMicro(until)
	return account, by, g, err
}

func holders(tx *db.Tx, tree *place.Tree, f HolderFilter) ([]Holder, error) {
	var list []Holder
	at := map[string]int{}
	like := "%" + strings.NewReplacer("\\", "\\\\", "%", "\\%", "_", "\\_").Replace(f.Query) + "%"
	only := ""
	if f.Unknown {
		only = " AND " + unknown(tx.Now)
	}
	chosen := []any{f.After, like, f.Limit}
	if f.Ended {
		some, err := atEnded(tx, tree)
		if err != nil || len(some) == 0 {
			return list, err
		}
		only += " AND a.id IN (" + db.List(len(chosen)+1, len(some)) + ")"
		for _, account := range some {
			chosen = append(chosen, account)
		}
	}
	err := tx.Each(func(s db.Scanner) error {
		var h Holder
		var password string
		var factor []byte
		var locked, identified int64
		err := s.Scan(&h.ID, &h.Login, &h.Name, &h.Unit, &password, &factor, &locked, &h.paper, &identified, &h.Identity.By)
		h.Enrolled, h.Factor, h.Locked = password != "", len(factor) > 0, clock.FromMicro(locked).After(tx.Now)
		h.Identity.At = clock.FromMicro(identified)
		at[h.ID] = len(list)
		list = append(list, h)
		return err
	}, `SELECT a.id, a.login, a.name, a.unit, a.password, a.factor, a.locked_until, a.paper, a.identified_at, a.identified_by FROM account a
		WHERE a.login > $1 AND (a.login LIKE $2 ESCAPE '\' OR a.name LIKE $2 ESCAPE '\' OR a.unit LIKE $2 ESCAPE '\')`+only+` ORDER BY a.login LIMIT $3`, chosen...)
	if err != nil || len(list) == 0 {
		return list, err
	}
	args := make([]any, len(list))
	for i, h := range list {
		args[i] = h.ID
	}
	err = tx.Each(func(s db.Scanner) error {
		var g HeldGrant
		var account, role, path string
		var before, after, confirmed int64
		err := s.Scan(&g.ID, &account, &role, &path, &g.Team, &g.Incident, &before, &after, &g.GivenBy, &confirmed)
		g.Role, g.Place, g.NotBefore, g.NotAfter, g.Confirmed = Role(role), place.Path(path), clock.FromMicro(before), clock.FromMicro(after), confirmed > 0
		list[at[account]].Grants = append(list[at[account]].Grants, g)
		return err
	}, `SELECT id, account, role, place, team, incident, not_before, not_after, granted_by, confirmed_at FROM role_grant
		WHERE revoked_at IS NULL AND account IN (`+db.List(1, len(args))+`) ORDER BY granted_at, id`, args...)
	return list, err
}

func namesOf(tx *db.Tx, ids []string, into map[string]string) error {
	for chunk := range slices.Chunk(ids, 50) {
		args := make([]any, len(chunk))
		for i, id := range chunk {
			args[i] = id
		}
		err := tx.Each(func(s db.Scanner) error {
			var id, name string
			err := s.Scan(&id, &name)
			into[id] = name
			return err
		}, `SELECT id, name FROM account WHERE id IN (`+db.List(1, len(args))+`)`, args...)
		if err != nil {
			return err
		}
	}
	return nil
}

func insertSession(tx *db.Tx, id, account string, hash []byte, agent string, expires time.Time) error {
	now := clock.Micro(tx.Now)
	_, err := tx.Exec(`INSERT INTO session (id, account, token_hash, agent, opened_at, seen_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		id, account, hash, agent, now, now, clock.Micro(expires))
	return err
}

func touchSession(tx *db.Tx, id string) error {
	_, err := tx.Exec(`UPDATE session SET seen_at = $1 WHERE id = $2`, clock.Micro(tx.Now), id)
	return err
}

func endSession(tx *db.Tx, id, account string) (int64, error) {
	return tx.Exec(`UPDATE session SET ended_at = $1 WHERE id = $2 AND account = $3 AND ended_at IS NULL`, clock.Micro(tx.Now), id, account)
}

// Restored ends every session: one that was closed or taken from a lost device after the backup would be open again. For who
// restores a backup.
func Restored(tx *db.Tx) error {
	_, err := tx.Exec(`UPDATE session SET ended_at = $1 WHERE ended_at IS NULL`, clock.Micro(tx.Now))
	return err
}

func sessionsOf(tx *db.Tx, account string, seenSince time.Time) ([]Session, error) {
	var list []Session
	err := tx.Each(func(s db.Scanner) error {
		var x Session
		var opened, seen, expires int64
		err := s.Scan(&x.ID, &x.Agent, &opened, &seen, &expires)
		x.Opened, x.Seen, x.Expires = clock.FromMicro(opened), clock.FromMicro(seen), clock.FromMicro(expires)
		list = append(list, x)
		return err
	}, `SELECT id, agent, opened_at, seen_at, expires_at FROM session
		WHERE account = $1 AND ended_at IS NULL AND expires_at > $2 AND seen_at > $3 ORDER BY opened_at DESC, id LIMIT 100`,
		account, clock.Micro(tx.Now), clock.Micro(seenSince))
	return list, err
}

// actorOf reads who holds a session, with the grants that are or will be in force.
func actorOf(tx *db.Tx, hash []byte, now time.Time, idle time.Duration) (a Actor, seen time.Time, err error) {
	var seenAt int64
	err = tx.Get(`SELECT s.id, s.seen_at, a.id, a.login, a.name, a.unit, a.identified_at > 0 FROM session s JOIN account a ON a.id = s.account
		WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND s.seen_at > $3 AND a.active`,
		[]any{hash, clock.Micro(now), clock.Micro(now.Add(-idle))}, &a.Session, &seenAt, &a.Account, &a.Login, &a.Name, &a.Unit, &a.Identified)
	if err != nil {
		return Actor{}, time.Time{}, err
	}
	a.At = now
	a.Grants, err = grantsOf(tx, a.Account, now)
	return a, clock.FromMicro(seenAt), err
}

func grantsOf(tx *db.Tx, account string, now time.Time) ([]Grant, error) {
	var grants []Grant
	err := tx.Each(func(s db.Scanner) error {
		var g Grant
		var role, path string
		var before, after int64
		err := s.Scan(&g.ID, &role, &path, &g.Team, &g.Incident, &before, &after)
		g.Role, g.Place, g.NotBefore, g.NotAfter = Role(role), place.Path(path), clock.FromMicro(before), clock.FromMicro(after)
		grants = append(grants, g)
		return err
	}, `SELECT id, role, place, team, incident, not_before, not_after FROM role_grant
		WHERE account = $1 AND revoked_at IS NULL AND confirmed_at > 0 AND (not_after = 0 OR not_after > $2) ORDER BY id`, account, clock.Micro(now))
	return grants, err
}
