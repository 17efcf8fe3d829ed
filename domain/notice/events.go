package notice

import (
	"slices"

	"lianyuan/domain/place"
	"lianyuan/platform/db"
	"lianyuan/platform/journal"
)

// entry is what the journal says of a notice: what kind, and which accounts it concerns, so that their pages learn. The
// words are made when it is read.
func entry(n Notice, verb, actor string, version int64, accounts []string, about map[string]any) journal.Entry {
	slices.Sort(accounts)
	body := map[string]any{"kind": n.Kind, "drill": n.Drill, "to": slices.Compact(accounts)}
	if n.Incident != "" {
		body["incident"] = n.Incident
	}
	for k, v := range about {
		body[k] = v
	}
	at := n.Place
	if at == "" {
		at = place.Root
	}
	return journal.Entry{
		Verb: "notice." + verb, Kind: "notice", Subject: n.ID, Version: version, Place: string(at), Scope: journal.Desk, Incident: n.Incident, Actor: actor, Body: body, Anywhere: true,
	}
}

// say appends what happened to one delivery, which was in another state before.
func say(tx *db.Tx, n Notice, d Delivery, verb, from, actor string) error {
	var accounts []string
	if d.Account != "" {
		accounts = []string{d.Account}
	}
	about := map[string]any{"delivery": d.ID, "channel": d.Channel, "state": d.State}
	if d.Why != "" {
		about["why"] = d.Why
	}
	if d.Team != "" {
		about["team"] = d.Team
	}
	return journal.Append(tx, entry(n, verb, actor, d.Version, accounts, about).Since(journal.Was{}.With("state", from)))
}
