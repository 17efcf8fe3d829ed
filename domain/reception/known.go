package reception

import (
	"cmp"
	"context"
	"encoding/hex"
	"slices"

	"lianyuan/domain/access"
	"lianyuan/domain/team"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
)

// newcomer is the row of somebody whom the desk writes down, known as well as can be: by the paper, or by the register of
// the team when it has this phone; else by the phone; else by the name in this incident. Not inside a transaction.
func (s *Service) newcomer(ctx context.Context, n Newcomer, incidentID string, members []team.Member) (x Presence, err error) {
	x = Presence{ID: id.New(), Kind: "member", Who: Who{n.Name, n.Phone}, Post: cmp.Or(n.Post, "other")}
	if n.Number != "" {
		if err := s.db.View(ctx, func(tx *db.Tx) (err error) {
			x.Person, err = s.teams.KnownKey(tx, n.Number)
			return err
		}); err != nil {
			return x, err
		}
	}
	if err := s.recognise(ctx, &x, n, members); err != nil {
		return x, err
	}
	switch {
	case x.Person != "":
		x.Known = "paper"
	case n.Apart:
		x.Person, x.Known = s.teams.KeyOf("row", x.ID), "apart"
	case n.Phone != "":
		x.Person, x.Known = s.phoneKey(n.Phone), "phone"
	default:
		x.Person, x.Known = s.teams.KeyOf("name", incidentID+":"+n.Name), "name"
	}
	if !n.Apart {
		x.Phone = s.phoneKey(n.Phone)
	}
	return x, nil
}

// recognise finds a newcomer among the members of the team: by the paper, or without one by the phone on record.
func (s *Service) recognise(ctx context.Context, x *Presence, n Newcomer, members []team.Member) error {
	if x.Person != "" {
		if at := slices.IndexFunc(members, func(m team.Member) bool { return m.Key() == x.Person }); at >= 0 {
			x.Member = members[at].ID
		}
		return nil
	}
	if n.Phone == "" || n.Apart {
		return nil
	}
	for i := range members {
		m := members[i]
		if err := s.teams.Open(ctx, &m); err != nil {
			return err
		}
		if m.Person.Phone == n.Phone && m.Person.Name == n.Name {
			x.Person, x.Member = m.Key(), m.ID
			return nil
		}
	}
	return nil
}

// Having are the teams whose parties have, or had, a person among their people on site, with the incident; of groups that the
// register does not know, the parties. Whoever was written down by mistake was in none. It is what access is told of parties.
func Having(tx *db.Tx, persons [][]byte) (ties []access.Tie, err error) {
	args := make([]any, len(persons))
	for i, p := range persons {
		args[i] = hex.EncodeToString(p)
	}
	err = tx.Each(func(sc db.Scanner) error {
		var t access.Tie
		err := sc.Scan(&t.Team, &t.Incident)
		ties = append(ties, t)
		return err
	}, `SELECT DISTINCT CASE p.team WHEN '' THEN p.id ELSE p.team END, p.incident FROM presence x JOIN party p ON p.id = x.party
		WHERE x.person IN (`+db.List(1, len(args))+`) AND x.out_why <> 'mistaken'`, args...)
	return ties, err
}

// Stands says whether people of a team are inside an incident, approved or not. For other contexts, in their transaction.
func Stands(tx *db.Tx, team, incident string) (inside bool, err error) {
	err = tx.Get(`SELECT EXISTS (SELECT 1 FROM party WHERE team = $1 AND incident = $2 AND people > 0)`, []any{team, incident}, &inside)
	return inside, err
}

// phoneKey is the key of a number; "" of none.
func (s *Service) phoneKey(phone string) string {
	if phone == "" {
		return ""
	}
	return s.teams.KeyOf("phone", phone)
}

// letIn writes a person down as inside; a field says why not. One who shows a paper and one who gives the same phone without
// a paper are taken for the same, until the desk says that they are not; two who show papers may share a phone.
func letIn(tx *db.Tx, x Presence, field string) (*fault.Field, error) {
	in, err := insertPresence(tx, x)
	if err != nil || in {
		return nil, err
	}
	same, err := presencesWhere(tx, `person = $1 AND out_at = 0`, x.Person)
	if err != nil {
		return nil, err
	}
	if len(same) > 0 && x.Known == "name" {
		return &fault.Field{Location: field, Code: "namesake", Zh: "现场已有同名人员，仅凭姓名无法区分；核实不是同一人后可登记", En: "somebody of this name is inside, and a name tells nobody apart: make sure that it is another person"}, nil
	}
	if len(same) > 0 {
		return &fault.Field{Location: field, Code: "inside", Zh: "此人已登记在现场，请先核对在场人员", En: "this person is inside already"}, nil
	}
	holders, err := presencesWhere(tx, `phone = $1 AND phone <> '' AND out_at = 0`, x.Phone)
	if err != nil {
		return nil, err
	}
	if x.Known == "paper" && !slices.ContainsFunc(holders, func(h Presence) bool { return h.Known != "paper" }) {
		x.Phone = ""
		in, err = insertPresence(tx, x)
		if err != nil || in {
			return nil, err
		}
	}
	return &fault.Field{Location: field, Code: "same_phone", Zh: "现场已有人以此电话登记，可能是同一人；核实不是同一人后可登记", En: "somebody inside gave this phone, and may be the same: make sure that it is another person"}, nil
}
