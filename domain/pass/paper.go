package pass

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
)

// Paper is what the printed sheet of a pass says.
type Paper struct {
	Pass
	Lapsed         bool
	DriverName     string // for who may see it on the page of the pass; "" for others
	To             string // the destination by its full name
	IncidentNumber string
	IncidentName   string
	Issuer         string // the headquarters in whose name it is issued
	Key            string // id of the key that signed it
}

// papersMost is the parameter of how many passes are downloaded at once; maxPapers is what one answer can hold of them.
const (
	papersMost = "pass.papers_most"
	maxPapers  = 1000
)

// The refusals.
var (
	ErrNoPapers   = fault.New(fault.Conflict, "pass.no_papers", "没有有效的通行证可下载", "there is no valid pass to download")
	ErrManyPapers = fault.New(fault.Conflict, "pass.many_papers", "有效通行证超过一次可下载的张数，请按队伍或报名分批下载", "there are more valid passes than are downloaded at once: download them by team or by offer")
)

// knowsDriver says whether the actor is told who drives: who issues passes there, and the leader of the team.
func knowsDriver(a access.Actor, i incident.Incident, p Pass) bool {
	return at(a, access.PassIssue, i.ID, i.Place) || slices.Contains(a.Teams(access.PassSee), p.Team)
}

// Paper is one pass to print, whatever its state; not found for whoever may not see it.
func (s *Service) Paper(ctx context.Context, id string) (Paper, error) {
	actor, err := access.From(ctx)
	if err != nil {
		return Paper{}, err
	}
	var list []Paper
	err = s.db.View(ctx, func(tx *db.Tx) error {
		p, i, err := seenPass(tx, actor, id)
		if err != nil {
			return err
		}
		list = s.papers(tx, actor, i, []Pass{p})
		return nil
	})
	if err != nil {
		return Paper{}, err
	}
	err = s.nameDrivers(ctx, list)
	return list[0], err
}

// Chosen says which passes of an incident are printed; "" for all.
type Chosen struct{ Team, Offer string }

// Papers are the valid passes of an incident that the actor may see, by team and number. More than can be printed at
// once are refused, so that none is left out unseen.
func (s *Service) Papers(ctx context.Context, incidentID string, of Chosen) (list []Paper, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	where, args, err := seenWhere(actor)
	if err != nil {
		return nil, err
	}
	args = append(args, incidentID)
	where += fmt.Sprintf(" AND incident = $%d", len(args))
	most := 0
	err = s.db.View(ctx, func(tx *db.Tx) error {
		i, err := incident.ByID(tx, incidentID)
		if err != nil {
			return err
		}
		// how many are printed at once
		n, _, err := s.params.Number(i.Place, papersMost, tx.Now)
		if err != nil {
			return err
		}
		most = int(n)
		one, err := passesWhere(tx, where+" LIMIT 1", args...)
		if err != nil {
			return err
		}
		if len(one) == 0 && !at(actor, access.PassSee, i.ID, i.Place) {
			return fault.ErrNotFound
		}
		more, all := chosen(of, where, append(slices.Clip(args), clock.Micro(tx.Now)), most)
		valid, err := passesWhere(tx, more, all...)
		list = s.papers(tx, actor, i, valid)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case len(list) == 0:
		return nil, ErrNoPapers
	case len(list) > most:
		return nil, ErrManyPapers
	}
	slices.SortFunc(list, func(a, b Paper) int {
		return cmp.Or(strings.Compare(a.TeamName, b.TeamName), strings.Compare(a.Number, b.Number))
	})
	err = s.nameDrivers(ctx, list)
	return list, err
}

// chosen narrows a condition to the valid passes that are asked for. The last argument is the time.
func chosen(of Chosen, where string, args []any, most int) (string, []any) {
	parts := []string{where, fmt.Sprintf("state = 'valid' AND back_to >= $%d", len(args)), vouched}
	for _, x := range []struct{ column, id string }{{"team", of.Team}, {"offer", of.Offer}} {
		if x.id != "" {
			args = append(args, x.id)
			parts = append(parts, fmt.Sprintf("%s = $%d", x.column, len(args)))
		}
	}
	return strings.Join(parts, " AND ") + fmt.Sprintf(" ORDER BY id LIMIT %d", most+1), args
}

// papers puts what the sheet says beside the pass. A driver whom the actor is not told is forgotten here.
func (s *Service) papers(tx *db.Tx, actor access.Actor, i incident.Incident, list []Pass) (out []Paper) {
	for _, p := range list {
		if !knowsDriver(actor, i, p) {
			p.Driver = ""
		}
		out = append(out, Paper{
			Pass: p, Lapsed: p.Lapsed(tx.Now), To: s.places.Tree().FullNameOf(p.Destination), IncidentNumber: i.Number, IncidentName: i.Name,
			Issuer: s.issuer(i), Key: signedWith(p.Code),
		})
	}
	return out
}

func (s *Service) nameDrivers(ctx context.Context, list []Paper) error {
	passes := make([]Pass, len(list))
	for n, p := range list {
		passes[n] = p.Pass
	}
	names, err := s.drivers(ctx, passes)
	for n, p := range list {
		list[n].DriverName = names[p.ID]
	}
	return err
}
