// Package node says which node this installation is, and over which records it has authority.
//
// To others an installation is one node, though several servers may run on its database. Its id is made with its data and
// goes with them when they move to another database; a restored backup is a node of its own (Renew), because the one it is of
// may have gone on.
//
// Every incident names the node that has authority over each kind of its records. Today that is always the one where the
// incident was recorded. When a node in a tent takes some of them over, both keep knowing who may write what: the authority
// is asked where every change passes, when it is told to the journal, and a change without it is not made.
package node

import (
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
)

// ErrNoAuthority says that another node has the authority over these records of the incident.
var ErrNoAuthority = fault.New(fault.Conflict, "node_no_authority", "该事件的此类记录现由另一节点负责，请在该节点办理",
	"another node has the authority over these records of the incident; do it there")

// Founded gives this node the authority over every kind of record of a new incident, in the transaction that records it.
func Founded(tx *db.Tx, incident string) error {
	_, err := tx.Exec(`INSERT INTO incident_node (incident, kind, node) SELECT $1, '', node FROM instance`, incident)
	return err
}

// May is nil when this node has the authority over a kind of record of an incident, else ErrNoAuthority with the node that
// has it. Whoever moves an authority holds the incident's row meanwhile, as closing does.
func May(tx *db.Tx, incident, kind string) error {
	var elsewhere string
	err := tx.Get(`SELECT coalesce(max(a.node), '') FROM incident_node a, instance i WHERE a.incident = $1 AND a.node <> i.node
		AND (a.kind = $2 OR (a.kind = '' AND NOT EXISTS (SELECT 1 FROM incident_node own WHERE own.incident = $1 AND own.kind = $2)))`,
		[]any{incident, kind}, &elsewhere)
	if err != nil || elsewhere == "" {
		return err
	}
	return ErrNoAuthority.WithCurrent(map[string]any{"node": elsewhere})
}

// Renew makes an installation that was restored from a backup made at a moment a node of its own, with the authority that
// the one had. letter, unless it is "", is from now on that of the numbers it gives: of two that both go on one takes another.
func Renew(tx *db.Tx, until time.Time, letter string) error {
	var was string
	if err := tx.Get(`SELECT node FROM instance WHERE id = 1`, nil, &was); err != nil {
		return err
	}
	now := id.New()
	for _, x := range []struct {
		query string
		args  []any
	}{
		{`INSERT INTO node_before (node, until, told) VALUES ($1, $2, FALSE)`, []any{was, clock.Micro(until)}},
		{`UPDATE incident_node SET node = $1 WHERE node = $2`, []any{now, was}},
		{`UPDATE instance SET node = $1, letter = CASE WHEN $2 = '' THEN letter ELSE $2 END WHERE id = 1`, []any{now, letter}},
	} {
		if _, err := tx.Exec(x.query, x.args...); err != nil {
			return err
		}
	}
	return nil
}

// Untold is the node that this one was restored from as long as nobody has asked; "" afterwards. Of two that ask at once one
// is told.
func Untold(tx *db.Tx) (was string, err error) {
	if err := tx.Get(`SELECT coalesce(max(node), '') FROM node_before WHERE told = FALSE`, nil, &was); err != nil || was == "" {
		return "", err
	}
	n, err := tx.Exec(`UPDATE node_before SET told = TRUE WHERE node = $1 AND told = FALSE`, was)
	if n == 0 {
		was = ""
	}
	return was, err
}
