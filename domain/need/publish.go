package need

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/org"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
)

// check refuses a draft that teams could not act on, naming each field.
func (d *Draft) check() error {
	var wrong []fault.Field
	bad := func(on bool, field, code, zh, en string) {
		if on {
			wrong = append(wrong, fault.Field{Location: "body.need." + field, Code: code, Zh: zh, En: en})
		}
	}
	long := func(s string, n int) bool { return utf8.RuneCountInString(s) > n }
	for _, t := range []*string{&d.Title, &d.Detail, &d.Hazards} {
		*t = strings.TrimSpace(input.Clean(*t))
	}
	bad(d.Title == "", "title", "missing", "请填写标题", "a title is needed")
	bad(long(d.Title, 60), "title", "too_long", "标题不超过 60 字", "a title has at most 60 characters")
	bad(long(d.Detail, 2000), "detail", "too_long", "说明不超过 2000 字", "at most 2000 characters")
	bad(long(d.Hazards, 500), "hazards", "too_long", "风险提示不超过 500 字", "at most 500 characters")
	bad(d.Severity < 0 || d.Severity > 4, "severity", "range", "紧急程度为 1 至 4", "severity is 1 to 4")
	bad(d.People != nil && (*d.People < 0 || *d.People > 100000), "people", "range", "人数有误", "this number of people is not right")
	bad(d.Teams < 0 || d.Teams > 500, "teams", "range", "队伍数为 0 至 500", "0 to 500 teams")
	bad(len(d.Skills) > 10, "skills", "too_many", "专业不超过 10 项", "at most 10 specialities")
	for _, k := range d.Skills {
		bad(!slices.Contains(SkillKeys, k.Key) || k.Grade < 0 || k.Grade > 3, "skills", "unknown", "没有这个专业或等级", "there is no such speciality or grade")
	}
	bad(len(d.Equipment) > 20, "equipment", "too_many", "装备不超过 20 项", "at most 20 kinds of equipment")
	for _, i := range d.Equipment {
		bad(!slices.Contains(EquipmentKeys, i.Key) || i.Count < 1 || i.Count > 10000, "equipment", "unknown", "没有这种装备或数量有误", "there is no such equipment, or the number is not right")
	}
	bad(!d.WindowTo.IsZero() && d.WindowTo.Before(d.WindowFrom), "windowTo", "before_from", "结束时间早于开始时间", "it ends before it begins")
	var c input.Check
	c.Public(d.Title, "need.title") // the public reads it
	if f := fault.Invalids(append(wrong, c.Wrong()...)...); f != nil {
		return f
	}
	return nil
}

// The faults of publishing.
var (
	ErrNotVerified   = fault.New(fault.Conflict, "need.not_verified", "没有核实属实的报告，不能发布", "no verified report stands behind this need")
	ErrNoInstruction = fault.New(fault.Conflict, "need.no_instruction", "缺本级人民政府指令，不能发布", "the instruction of the government is missing")
	ErrNotCovered    = fault.New(fault.Conflict, "need.instruction_not_covering", "该指令不适用于这条需求的地区或类别", "this instruction does not cover the place or kind of this need")
)

// needStep is the walk of every use case on one need.
func (s *Service) needStep(ctx context.Context, need string, v access.Verb, c command, do func(tx *db.Tx, n *Need) error) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		n, err := needByID(tx, need)
		if err != nil {
			return err
		}
		if !actor.MayIn(v, n.Place, n.Incident) {
			if actor.MayIn(access.NeedSee, n.Place, n.Incident) {
				return fault.ErrForbidden
			}
			return fault.ErrNotFound
		}
		if again, err := s.again(tx, c, actor.Account, need); again || err != nil {
			return err
		}
		to, err := Needs.To(n.State, c.verb)
		if err != nil {
			return err
		}
		if c.version != 0 && c.version != n.Version {
			return fault.ErrVersionStale.WithCurrent(map[string]any{"state": n.State, "version": n.Version})
		}
		before := n
		if err := do(tx, &n); err != nil {
			return err
		}
		n.State = to
		n.Version++
		if err := saveNeed(tx, n); err != nil {
			return err
		}
		if err := s.shelve(tx, change{&before, &n}); err != nil {
			return err
		}
		return journal.Append(tx, needEntry(n, needPast[c.verb], actor.Account, c.reason).Since(needWas(before)))
	})
	if err == nil {
		s.changed(need)
	}
	return err
}

var needPast = map[string]string{"publish": "published", "correct": "corrected", "withdraw": "withdrawn", "close": "closed"}

// Publication is the command to publish a need.
type Publication struct {
	ID          string
	Version     int64
	Instruction string
	Audience    []string // teams, public
}

// Publish shows a need to teams, and coarser to the public. Two things must be there: a report behind it that was
// verified, and an instruction of the government that covers it (S004-52, S004-76). Otherwise ErrNotVerified,
// ErrNoInstruction or ErrNotCovered.
func (s *Service) Publish(ctx context.Context, need string, p Publication) error {
	audience := slices.Clone(p.Audience)
	slices.Sort(audience)
	audience = slices.Compact(audience)
	for _, a := range audience {
		if a != "teams" && a != "public" {
			return fault.InvalidField("body.audience", "audience_unknown", "发布范围有误", "there is no such audience")
		}
	}
	if !slices.Contains(audience, "teams") {
		return fault.InvalidField("body.audience", "audience_missing", "请选择发布范围，至少包括队伍", "choose an audience; teams at least")
	}
	if p.Instruction == "" {
		return ErrNoInstruction
	}
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	return s.needStep(ctx, need, access.NeedPublish, command{id: p.ID, verb: "publish", version: p.Version, said: p}, func(tx *db.Tx, n *Need) error {
		if err := holdNeed(tx, n.ID); err != nil {
			return err
		}
		verified, err := verifiedBehind(tx, n.ID)
		if err != nil {
			return err
		}
		if verified == 0 {
			return ErrNotVerified
		}
		if err := mayPublishIn(tx, actor, *n); err != nil {
			return err
		}
		i, err := instructionByID(tx, p.Instruction)
		if err != nil {
			return ErrNoInstruction
		}
		if !i.Covers(s.places.Tree(), *n, tx.Now) {
			return ErrNotCovered
		}
		n.Instruction, n.Audience, n.PublishedAt = i.ID, audience, tx.Now
		if n.FirstPublished.IsZero() {
			n.FirstPublished = tx.Now
		}
		return nil
	})
}

// mayPublishIn says whether a need of an incident may be published by the actor: while its mechanism runs, and by a group
// only once headquarters has approved the roster (S004-74).
func mayPublishIn(tx *db.Tx, actor access.Actor, n Need) error {
	if n.Incident == "" {
		return nil
	}
	i, err := incident.ByID(tx, n.Incident)
	if err != nil {
		return err
	}
	if err := incident.Writing(tx, i.ID); err != nil {
		return err
	}
	if err := incident.Halted(tx, i.ID, "publish"); err != nil {
		return err
	}
	if err := incident.Works(tx, i, actor, org.General); errors.Is(err, incident.ErrRosterAwaits) {
		return err
	}
	return nil
}

// Correct changes what a need says, with a reason. A published one stays published, the correction reaches whoever saw
// the first version, and it counts (S004-07: distortion).
func (s *Service) Correct(ctx context.Context, id, need string, version int64, reason string, d Draft) error {
	reason, bad := note(reason, "body.reason", true)
	if bad != nil {
		return bad
	}
	if err := d.check(); err != nil {
		return err
	}
	said := struct {
		Reason string
		Draft  Draft
	}{reason, d}
	return s.needStep(ctx, need, access.NeedEdit, command{id: id, verb: "correct", version: version, reason: reason, said: said}, func(tx *db.Tx, n *Need) error {
		if n.Incident != "" {
			if err := incident.Unfrozen(tx, n.Incident); err != nil {
				return err
			}
		}
		if err := keepEdition(tx, *n); err != nil {
			return err
		}
		n.Draft = d
		if err := s.rateAgain(tx, n); err != nil {
			return err
		}
		if n.Severity == 0 {
			n.Severity = n.Priority.Severity
		}
		if shown(n.State) {
			n.amend(&n.FirstCorrected, tx.Now)
		}
		return nil
	})
}

// amend counts a correction or withdrawal of what teams had seen; first is when the first of its kind was.
func (n *Need) amend(first *time.Time, now time.Time) {
	n.Corrections++
	for _, at := range []*time.Time{first, &n.FirstAmended} {
		if at.IsZero() {
			*at = now
		}
	}
}

// Withdraw takes a published need back, with a reason; whoever saw it learns that it is gone.
func (s *Service) Withdraw(ctx context.Context, id, need string, version int64, reason string) error {
	reason, bad := note(reason, "body.reason", true)
	if bad != nil {
		return bad
	}
	return s.needStep(ctx, need, access.NeedPublish, command{id: id, verb: "withdraw", version: version, reason: reason, said: reason}, func(tx *db.Tx, n *Need) error {
		n.Audience, n.PublishedAt = nil, time.Time{}
		n.amend(&n.FirstWithdrawn, tx.Now)
		return nil
	})
}

// Close ends a need, with a reason.
func (s *Service) Close(ctx context.Context, id, need string, version int64, reason string) error {
	reason, bad := note(reason, "body.reason", true)
	if bad != nil {
		return bad
	}
	return s.needStep(ctx, need, access.NeedEdit, command{id: id, verb: "close", version: version, reason: reason, said: reason}, func(*db.Tx, *Need) error { return nil })
}
