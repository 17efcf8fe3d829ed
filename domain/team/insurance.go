package team

import (
	"context"
	"slices"
	"strings"

	"lianyuan/domain/access"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
)

func (p *Policy) proper() error {
	var wrong []fault.Field
	for _, f := range []*fault.Field{line(&p.Insurer, "body.insurer", 60, true), line(&p.Number, "body.number", 60, true)} {
		if f != nil {
			wrong = append(wrong, *f)
		}
	}
	if p.From.IsZero() || !p.To.After(p.From) {
		wrong = append(wrong, fault.Field{Location: "body.to", Code: "window_invalid", Zh: "保险止期须晚于起期", En: "the cover must end after it begins"})
	}
	slices.Sort(p.Members)
	p.Members = slices.Compact(p.Members)
	if p.Everyone {
		p.Members = nil
	}
	if !p.Everyone && (len(p.Members) == 0 || len(p.Members) > maxListed) {
		wrong = append(wrong, fault.Field{Location: "body.members", Code: "missing", Zh: "请选择全队，或列明被保险队员", En: "choose the whole team, or list the insured members"})
	}
	if f := fault.Invalids(wrong...); f != nil {
		return f
	}
	return nil
}

// maxListed bounds how many members one policy lists.
const maxListed = 500

// Insure puts an insurance on a team's record.
func (s *Service) Insure(ctx context.Context, p Policy) error {
	c := command{id: p.ID, verb: "team.policy_add", said: p}
	if err := p.proper(); err != nil {
		return err
	}
	return s.step(ctx, p.Team, access.TeamEdit, c, func(tx *db.Tx, _ *Team, _ access.Actor) (string, string, string, error) {
		n, err := tx.Exec(`INSERT INTO team_policy (id, team, insurer, number, valid_from, valid_to, everyone, version)
			VALUES ($1, $2, $3, $4, $5, $6, $7, 1) ON CONFLICT DO NOTHING`,
			p.ID, p.Team, p.Insurer, p.Number, clock.Micro(p.From), clock.Micro(p.To), p.Everyone)
		if err == nil && n == 0 {
			err = fault.ErrIDReused
		}
		if err != nil {
			return "", "", "", err
		}
		return "policy_added", p.ID, "", listInsured(tx, p)
	})
}

// ChangePolicy replaces what the record says of an insurance; p.Version is the version that the actor saw.
func (s *Service) ChangePolicy(ctx context.Context, id string, p Policy) error {
	c := command{id: id, verb: "team.policy_change", said: p}
	if err := p.proper(); err != nil {
		return err
	}
	team, err := s.teamOf(ctx, `SELECT team FROM team_policy WHERE id = $1`, p.ID)
	if err != nil {
		return err
	}
	if team != p.Team {
		return fault.ErrNotFound
	}
	return s.step(ctx, team, access.TeamEdit, c, func(tx *db.Tx, _ *Team, _ access.Actor) (string, string, string, error) {
		n, err := tx.Exec(`UPDATE team_policy SET insurer = $1, number = $2, valid_from = $3, valid_to = $4, everyone = $5, version = version + 1
			WHERE id = $6 AND (version = $7 OR $7 = 0)`, p.Insurer, p.Number, clock.Micro(p.From), clock.Micro(p.To), p.Everyone, p.ID, p.Version)
		if err == nil && n == 0 {
			var now int64
			if err = tx.Get(`SELECT version FROM team_policy WHERE id = $1`, []any{p.ID}, &now); err == nil {
				err = fault.ErrVersionStale.WithCurrent(map[string]any{"version": now})
			}
		}
		if err != nil {
			return "", "", "", err
		}
		return "policy_changed", p.ID, "", listInsured(tx, p)
	})
}

// listInsured writes who is insured by name; only members of the team can be.
func listInsured(tx *db.Tx, p Policy) error {
	if _, err := tx.Exec(`DELETE FROM team_policy_member WHERE policy = $1`, p.ID); err != nil {
		return err
	}
	known, err := MembersByID(tx, p.Team, p.Members)
	if err != nil {
		return err
	}
	if len(known) != len(p.Members) {
		return fault.InvalidField("body.members", "member_unknown", "所列人员有不在本队名册中的", "somebody listed is not a member of the team")
	}
	for _, m := range p.Members {
		if _, err := tx.Exec(`INSERT INTO team_policy_member (policy, member) VALUES ($1, $2)`, p.ID, m); err != nil {
			return err
		}
	}
	return nil
}

// Cover is the insurances of a team and who of its members is not insured at the moment.
type Cover struct {
	Policies  []Policy
	Uncovered []string // ids of members
	Edits     bool     // the actor may change them
}

// Insurance lists the insurances of a team, the one that ends last first.
func (s *Service) Insurance(ctx context.Context, team string) (c Cover, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return c, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		t, err := See(tx, actor, access.TeamSee, team)
		if err != nil {
			return err
		}
		c = Cover{Edits: may(actor, access.TeamEdit, t) == nil}
		if c.Policies, err = Policies(tx, team); err != nil {
			return err
		}
		members, err := Members(tx, team)
		if err != nil {
			return err
		}
		ids := make([]string, len(members))
		for i, m := range members {
			ids[i] = m.ID
		}
		c.Uncovered = Insured(c.Policies, ids, tx.Now, tx.Now)
		return nil
	})
	return c, err
}

// Policies are the insurances of a team, the one that ends last first. For contexts above; the caller has decided who
// asks.
func Policies(tx *db.Tx, team string) (list []Policy, err error) {
	at := map[string]int{}
	err = tx.Each(func(sc db.Scanner) error {
		p := Policy{Team: team}
		var from, to int64
		err := sc.Scan(&p.ID, &p.Insurer, &p.Number, &from, &to, &p.Everyone, &p.Version)
		p.From, p.To = clock.FromMicro(from), clock.FromMicro(to)
		at[p.ID] = len(list)
		list = append(list, p)
		return err
	}, `SELECT id, insurer, number, valid_from, valid_to, everyone, version FROM team_policy WHERE team = $1 ORDER BY valid_to DESC, id`, team)
	if err != nil {
		return nil, err
	}
	err = tx.Each(func(sc db.Scanner) error {
		var policy, member string
		err := sc.Scan(&policy, &member)
		if i, ok := at[policy]; ok {
			list[i].Members = append(list[i].Members, member)
		}
		return err
	}, `SELECT l.policy, l.member FROM team_policy p JOIN team_policy_member l ON l.policy = p.id WHERE p.team = $1 ORDER BY l.policy, l.member`, team)
	for i := range list {
		slices.SortFunc(list[i].Members, strings.Compare)
	}
	return list, err
}
