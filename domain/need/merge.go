package need

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"lianyuan/domain/access"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/journal"
)

// Reports of one matter are merged as a relation, never into one row: the merged report points at the one that leads,
// keeps its own words, receipt and history, and can be taken out again. Whoever holds its receipt sees what becomes of
// the leading one. A leading report may itself be merged; the last one leads them all.

// The faults of merging.
var (
	ErrMergeSelf   = fault.New(fault.Conflict, "merge_self", "不能与自身或已并入本条的报告合并", "a report cannot be merged into itself, nor into one that it leads")
	ErrMergeTarget = fault.InvalidField("body.into", "report_unknown", "没有这条报告", "there is no such report")
	ErrMergeDrill  = fault.InvalidField("body.into", "drill", "演练中的报告与真实报告不能合并", "a report of a drill and one in earnest cannot be merged")
)

// maxChain bounds how far one merge leads to the next.
const maxChain = 20

// Merge makes a report follow another, which leads. Both change their version, so that of two people who merge them at
// once, in either direction, one is refused.
func (s *Service) Merge(ctx context.Context, id, report string, version int64, into string) error {
	return s.step(ctx, report, command{id: id, verb: "merge", version: version, said: into}, func(tx *db.Tx, r *stored, actor access.Actor) error {
		lead, err := reportToChange(tx, into)
		if errors.Is(err, sql.ErrNoRows) || (err == nil && !actor.MayIn(access.ReportVerify, lead.Place, lead.Incident)) {
			return ErrMergeTarget
		}
		if err != nil {
			return err
		}
		over, err := holdLeads(tx, lead)
		if err != nil {
			return err
		}
		if lead.ID == r.ID || over[len(over)-1].ID == r.ID {
			return ErrMergeSelf
		}
		if lead.Drill != r.Drill {
			return ErrMergeDrill
		}
		if err := s.keep(tx, r.ID, r.Place, tx.Now, "need.duplicate_distance", "need.duplicate_window"); err != nil {
			return err
		}
		r.MergedInto = lead.ID
		return tell(tx, over, "joined", actor.Account, "")
	})
}

// tell writes into the history of those that lead what joined them or was taken out, so that whoever has one open sees it.
func tell(tx *db.Tx, over []stored, verb, actor, reason string) error {
	for _, lead := range over {
		lead.Version++
		if err := saveReport(tx, lead); err != nil {
			return err
		}
		if err := journal.Append(tx, reportEntry(lead.Report, verb, actor, reason)); err != nil {
			return err
		}
	}
	return nil
}

// Unmerge lets a merged report stand for itself again, with a reason; it waits to be verified.
func (s *Service) Unmerge(ctx context.Context, id, report string, version int64, reason string) error {
	reason, bad := note(reason, "body.reason", true)
	if bad != nil {
		return bad
	}
	return s.step(ctx, report, command{id: id, verb: "unmerge", version: version, reason: reason, said: reason}, func(tx *db.Tx, r *stored, actor access.Actor) error {
		lead, err := reportToChange(tx, r.MergedInto)
		if err != nil {
			return err
		}
		over, err := holdLeads(tx, lead)
		if err != nil {
			return err
		}
		r.MergedInto = ""
		return tell(tx, over, "parted", actor.Account, reason)
	})
}

// leads is the report that leads r in the end: r itself when it is not merged.
func leads(tx *db.Tx, r stored) (stored, error) {
	for range maxChain {
		if r.MergedInto == "" {
			return r, nil
		}
		next, err := reportByID(tx, r.MergedInto)
		if err != nil {
			return r, err
		}
		r = next
	}
	return r, ErrMergeSelf
}

// holdLeads are a report and those that lead it, the last of them at the end, each held until the commit: of merges that would close
// a circle between them, each of which saw none, one waits for the other and is refused.
func holdLeads(tx *db.Tx, r stored) ([]stored, error) {
	over := []stored{r}
	for range maxChain {
		if r.MergedInto == "" {
			return over, nil
		}
		next, err := reportToChange(tx, r.MergedInto)
		if err != nil {
			return nil, err
		}
		r = next
		over = append(over, r)
	}
	return nil, ErrMergeSelf
}

// maxFollowers bounds how many followers are shown beside a report.
const maxFollowers = 200

// followers are the reports that follow one, also by way of others, oldest first: who reads the leading one reads them all.
func followers(tx *db.Tx, report string) (rows []stored, err error) {
	for todo := []string{report}; len(todo) > 0 && len(rows) < maxFollowers; todo = todo[1:] {
		if err := tx.Each(func(sc db.Scanner) error {
			r, err := scanReport(sc)
			rows, todo = append(rows, r), append(todo, r.ID)
			return err
		}, `SELECT `+reportColumns+` FROM report WHERE merged_into = $1 AND merged_into <> '' ORDER BY received_at, id LIMIT $2`, todo[0], maxFollowers); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(rows, func(a, b stored) int { return a.ReceivedAt.Compare(b.ReceivedAt) })
	return rows[:min(len(rows), maxFollowers)], nil
}
