package need

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
)

// Instruction is an order of the government of a place to publish needs (S004-76). One may cover everything in its
// place or one kind of need; an oral one is valid and waits for its paper.
type Instruction struct {
	ID       string
	Number   string
	Issuer   string
	How      string // paper, phone, meeting, system
	IssuedAt time.Time
	Place    place.Path
	Kind     Kind   // "": every kind
	Incident string // id; "": whatever the incident
	Note     string
	By       string // who recorded it
	At       time.Time
	Version  int64
	Papers   []Paper // what was recorded after it, the newest first
	Scans    int     // photos and scans of its paper
}

// Paper is the document of an instruction that was recorded before it was there, or that was recorded wrongly. The last
// one counts; the earlier ones stay.
type Paper struct {
	ID     string
	Number string
	Dated  time.Time // as the document says
	By     string    // who recorded it
	At     time.Time
}

// AwaitsPaper says that an oral instruction has no number yet.
func (i Instruction) AwaitsPaper() bool { return i.Number == "" }

// Recordable says whether an actor records instructions at its place, and so its papers.
func (i Instruction) Recordable(a access.Actor) bool { return a.May(access.OrderRecord, i.Place) }

// seen says whether who sees instructions at spans sees this one: at their places, or above them, where it covers them.
func (i Instruction) seen(spans []place.Span) bool {
	return slices.ContainsFunc(spans, func(sp place.Span) bool { return sp.Contains(i.Place) || i.Place.Contains(place.Path(sp.From)) })
}

// Covers says whether the instruction allows a need to be published at a moment: of what a district that ended has left, the
// government that took over decides.
func (i Instruction) Covers(tree *place.Tree, n Need, at time.Time) bool {
	return tree.Answers(i.Place, n.Place, at) && (i.Kind == "" || i.Kind == n.Kind) && (i.Incident == "" || i.Incident == n.Incident)
}

// Record writes down an instruction of the government; an oral one has no number and waits for its paper. The same id
// twice is one instruction.
func (s *Service) Record(ctx context.Context, i Instruction) error {
	i.Issuer, i.Number, i.Note = strings.TrimSpace(input.Clean(i.Issuer)), strings.TrimSpace(input.Clean(i.Number)), strings.TrimSpace(input.Clean(i.Note))
	var wrong []fault.Field
	bad := func(on bool, field, code, zh, en string) {
		if on {
			wrong = append(wrong, fault.Field{Location: "body." + field, Code: code, Zh: zh, En: en})
		}
	}
	bad(i.Issuer == "" || utf8.RuneCountInString(i.Issuer) > 80, "issuer", "missing", "请填写下达指令的政府或领导，不超过 80 字", "say who gave the instruction, in at most 80 characters")
	bad(utf8.RuneCountInString(i.Number) > 60, "number", "too_long", "文号不超过 60 字", "a number has at most 60 characters")
	bad(!slices.Contains([]string{"paper", "phone", "meeting", "system"}, i.How), "how", "unknown", "请选择下达方式", "say how it was given")
	bad(i.How == "paper" && i.Number == "", "number", "missing", "书面指令应填写文号", "a written instruction has a number")
	bad(i.IssuedAt.IsZero() || i.IssuedAt.After(s.clock.Now().Add(time.Hour)), "issuedAt", "range", "下达时间有误", "the time it was given is not right")
	bad(i.Kind != "" && !slices.Contains(Kinds, i.Kind), "covers.kind", "unknown", "没有这种需求类别", "there is no such kind")
	bad(utf8.RuneCountInString(i.Note) > maxNote, "note", "too_long", "不超过 2000 字", "at most 2000 characters")
	if f := fault.Invalids(wrong...); f != nil {
		return f
	}
	actor, err := access.Require(ctx, access.OrderRecord, i.Place)
	if err != nil {
		return err
	}
	i.By, i.Version = actor.Account, 1
	said := i
	return s.db.Update(ctx, func(tx *db.Tx) error {
		i := said
		if again, err := s.again(tx, command{id: i.ID, verb: "instruct", said: i}, actor.Account, i.ID); again || err != nil {
			return err
		}
		if i.Incident != "" {
			in, err := incident.ByID(tx, i.Incident)
			if err != nil || !in.Seen(actor) {
				return fault.InvalidField("body.incident", "unknown", "没有这个事件", "there is no such incident")
			}
			if err := incident.Unfrozen(tx, in.ID); err != nil {
				return err
			}
		}
		if err := s.places.Tree().RefuseEnded(i.Place, i.IssuedAt, "body.place"); err != nil {
			return err // what it ordered before it ended may be recorded still
		}
		i.At = tx.Now
		if err := insertInstruction(tx, i); err != nil {
			return err
		}
		return journal.Append(tx, i.entry("recorded", actor.Account))
	})
}

func (i Instruction) entry(verb, actor string) journal.Entry {
	return journal.Entry{
		Verb: "instruction." + verb, Kind: "instruction", Subject: i.ID, Version: i.Version, Place: string(i.Place), Scope: journal.Desk,
		Incident: i.Incident, Actor: actor, Body: map[string]any{"number": i.Number, "issuer": i.Issuer, "how": i.How, "kind": i.Kind},
	}
}

// Instructions are those that cover places of the actor, newest first.
func (s *Service) Instructions(ctx context.Context) (list []Instruction, err error) {
	_, spans, err := access.RequireAnywhere(ctx, access.OrderSee)
	if err != nil {
		return nil, err
	}
	here, args := place.Where("place", 1, spans)
	ways := []string{here}
	for _, sp := range spans { // those given above cover what lies below
		args = append(args, sp.From)
		ways = append(ways, fmt.Sprintf("substr($%d, 1, length(place)) = place", len(args)))
	}
	where := strings.Join(ways, " OR ")
	err = s.db.View(ctx, func(tx *db.Tx) error {
		list = nil
		if err := tx.Each(func(sc db.Scanner) error {
			i, err := scanInstruction(sc)
			list = append(list, i)
			return err
		}, `SELECT `+instructionColumns+` FROM instruction WHERE `+where+` ORDER BY at DESC, id LIMIT 500`, args...); err != nil {
			return err
		}
		return withPapers(tx, list)
	})
	return list, err
}

// InstructionCourse is what happened to an instruction, newest first, at most limit rows before a seq (0: from the newest on): for
// whoever sees it.
func (s *Service) InstructionCourse(ctx context.Context, instruction string, before int64, limit int) (rows []journal.Row, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		if _, err := seenInstruction(tx, actor, instruction); err != nil {
			return err
		}
		rows, err = journal.OfRecords(tx, `SELECT id FROM instruction WHERE id = $3`, instruction, before, max(1, min(limit, 200)))
		return err
	})
	return rows, err
}

func instructionByID(tx *db.Tx, id string) (i Instruction, err error) {
	err = tx.One(func(sc db.Scanner) error {
		i, err = scanInstruction(sc)
		return err
	}, `SELECT `+instructionColumns+` FROM instruction WHERE id = $1`, id)
	return i, err
}

const instructionColumns = `id, number, issuer, how, issued_at, place, kind, incident, note, by, at, version,
	(SELECT count(*) FROM instruction_scan x WHERE x.instruction = instruction.id)`

func scanInstruction(sc db.Scanner) (Instruction, error) {
	var i Instruction
	var path, kind string
	var issued, at int64
	err := sc.Scan(&i.ID, &i.Number, &i.Issuer, &i.How, &issued, &path, &kind, &i.Incident, &i.Note, &i.By, &at, &i.Version, &i.Scans)
	i.Place, i.Kind, i.IssuedAt, i.At = place.Path(path), Kind(kind), clock.FromMicro(issued), clock.FromMicro(at)
	return i, err
}

func insertInstruction(tx *db.Tx, i Instruction) error {
	_, err := tx.Exec(`INSERT INTO instruction (id, number, issuer, how, issued_at, place, kind, incident, note, by, at, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		i.ID, i.Number, i.Issuer, i.How, clock.Micro(i.IssuedAt), string(i.Place), string(i.Kind), i.Incident, i.Note, i.By, clock.Micro(i.At), i.Version)
	return err
}

// File records the paper of an instruction: the document that an oral one waits for, or a correction of what was written
// down. The last paper counts, the earlier ones stay in its history. The same id twice is one paper.
func (s *Service) File(ctx context.Context, instruction string, p Paper) error {
	var c input.Check
	c.Line(&p.Number, "number", 60, true)
	c.Bad(p.Dated.IsZero() || p.Dated.After(s.clock.Now().Add(time.Hour)), "dated", "range", "成文日期有误", "the date of the document is not right")
	if err := c.Err(); err != nil {
		return err
	}
	actor, _, err := access.RequireAnywhere(ctx, access.OrderSee)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		i, err := recordable(tx, actor, instruction)
		if err != nil {
			return err
		}
		if again, err := s.again(tx, command{id: p.ID, verb: "file", said: p}, actor.Account, instruction); again || err != nil {
			return err
		}
		n, err := tx.Exec(`UPDATE instruction SET number = $1, version = $2 WHERE id = $3 AND version = $4`, p.Number, i.Version+1, i.ID, i.Version)
		if err == nil && n == 0 {
			err = tx.Stale("instruction", "id", i.ID)
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO instruction_paper (id, instruction, number, dated, by, at) VALUES ($1, $2, $3, $4, $5, $6)`,
			p.ID, i.ID, p.Number, clock.Micro(p.Dated), actor.Account, clock.Micro(tx.Now)); err != nil {
			return err
		}
		was := i.entry("", "").Fields()
		i.Number = p.Number
		i.Version++
		return journal.Append(tx, i.entry("filed", actor.Account).Since(was))
	})
}

// withPapers reads the papers of instructions, the newest first.
func withPapers(tx *db.Tx, list []Instruction) error {
	at := map[string]*Instruction{}
	for i := range list {
		at[list[i].ID] = &list[i]
	}
	for chunk := range slices.Chunk(slices.Sorted(maps.Keys(at)), 100) {
		args := make([]any, len(chunk))
		for i, id := range chunk {
			args[i] = id
		}
		if err := tx.Each(func(sc db.Scanner) error {
			var p Paper
			var of string
			var dated, filed int64
			err := sc.Scan(&p.ID, &of, &p.Number, &dated, &p.By, &filed)
			p.Dated, p.At = clock.FromMicro(dated), clock.FromMicro(filed)
			if err == nil {
				at[of].Papers = append(at[of].Papers, p)
			}
			return err
		}, `SELECT id, instruction, number, dated, by, at FROM instruction_paper WHERE instruction IN (`+db.List(1, len(args))+`) ORDER BY at DESC, id DESC LIMIT 1000`, args...); err != nil {
			return err
		}
	}
	return nil
}

// AwaitingPaper is how many instructions at places wait for their paper. For contexts above, which decide who asks.
func AwaitingPaper(tx *db.Tx, spans []place.Span) (n int, err error) {
	where, args := place.Where("place", 1, spans)
	err = tx.Get(`SELECT count(*) FROM instruction WHERE number = '' AND `+where, args, &n)
	return n, err
}
