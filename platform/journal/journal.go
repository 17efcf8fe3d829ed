// Package journal is the one record of every change, and the only source of what others are told about it.
//
// A use case appends an Entry inside its Update; the rows are written just before the commit, in the same transaction.
// A row is never updated and holds no personal data: no name, phone, identity number or free text of a person in need,
// not even sealed, because the journal cannot forget. It holds the id and version of the row that does.
//
//	Append ──▶ journal row ──▶ (commit) ──▶ settled: position, chained hash ──▶ listeners: live pages, jobs, sync
//
// Order. A row's seq is the order of writing. Its position is the order everyone else sees: gapless, and given only
// when no slower transaction can still commit before it. On SQLite the writer settles in the same transaction; on
// PostgreSQL the sequencer does (sequencer.go). The chain runs over positions; the last link of every batch is signed.
package journal

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/node"
)

// Scope says who may learn of a change beside those who hold the place: it is checked together with the place.
type Scope string

// The scopes.
const (
	Desk   Scope = "desk"   // staff whose jurisdiction covers the place
	Teams  Scope = "teams"  // also the teams
	Public Scope = "public" // everyone
	Guard  Scope = "guard"  // the three administrators: accounts, grants, keys
)

// Entry is a change to be recorded.
type Entry struct {
	Verb     string // what was done, "report.verified"
	Kind     string // kind of the subject, "report"
	Subject  string // id of the row that changed
	Version  int64  // its version after the change
	Place    string // path of the place that owns it, "/" for the whole installation
	Scope    Scope
	Incident string // id, when it belongs to one
	Actor    string // account id, "public" or "system"
	Reason   string // why, where a reason is asked for
	Body     any    // public fields after the change, marshalled to JSON; what they were before is added by Since
	// Anywhere says that it takes no authority over the records of the incident (node.May): somebody looked at one, was told
	// of it, or cried for help, which whatever node it reaches takes.
	Anywhere bool

	was Was
}

// Row is a settled change.
type Row struct {
	Position int64
	Seq      int64
	At       time.Time
	Entry
	Body   json.RawMessage // shadows Entry.Body: the JSON as written
	Origin string          // node that wrote it
	// OriginSeq is its number at the origin: unique and growing there, with gaps where a transaction failed.
	OriginSeq int64
}

// Journal settles and hands out rows. One for each open database.
type Journal struct {
	db     *db.DB
	signer Signer
	node   string

	mu       sync.Mutex
	position int64
	last     int64 // SQLite: seq of the last row; one that was carried over from PostgreSQL may be above its position
	link     []byte
	pending  []Row // SQLite: settled by a commit under way
	pendLink []byte

	feed feed
	seq  *sequencer // PostgreSQL only
}

// Signer signs the last link of a batch. The key stays inside.
type Signer struct {
	KeyID   string
	Private ed25519.PrivateKey
}

const (
	hashSHA256  = 1 // algorithm byte of a link, and what an empty chain begins with
	hashOrigin  = 2 // the same hash, over the number at the origin too; of all new links
	signEd25519 = 1 // algorithm byte of a signature
)

// Open reads where the chain stands, hooks the journal into the database and, on PostgreSQL, starts the sequencer,
// which runs until ctx ends. node is this installation's id.
func Open(ctx context.Context, d *db.DB, node string, s Signer) (*Journal, error) {
	j := &Journal{db: d, signer: s, node: node}
	if d.Engine() == db.SQLite {
		if err := j.takeOver(ctx); err != nil {
			return nil, fmt.Errorf("take the journal over: %w", err)
		}
	}
	err := d.View(ctx, func(tx *db.Tx) error {
		var err error
		if j.position, j.link, err = tip(tx); err != nil {
			return err
		}
		return tx.Get(`SELECT coalesce(max(seq), 0) FROM journal`, nil, &j.last)
	})
	if err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	j.feed.init(j.position)
	d.SetHook(j)
	if d.Engine() == db.Postgres {
		if j.seq, err = startSequencer(ctx, j); err != nil {
			return nil, err
		}
	}
	go j.feed.run(ctx)
	return j, nil
}

func tip(tx *db.Tx) (position int64, link []byte, err error) {
	err = tx.Get(`SELECT position, link FROM settled ORDER BY position DESC LIMIT 1`, nil, &position, &link)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, []byte{hashSHA256}, nil
	}
	return position, link, err
}

// Append records a change in the caller's transaction. Fails with node.ErrNoAuthority when another node has the authority
// over such records of the incident.
func Append(tx *db.Tx, e Entry) error {
	body, err := json.Marshal(e.Body)
	if err != nil {
		return fmt.Errorf("journal %s: %w", e.Verb, err)
	}
	if e.Body == nil {
		body = []byte("{}")
	}
	if e.Place == "" || e.Scope == "" || e.Actor == "" || e.Verb == "" || e.Kind == "" {
		return fmt.Errorf("journal %q: an entry needs verb, kind, place, scope and actor", e.Verb)
	}
	if e.Incident != "" && !e.Anywhere {
		if err := node.May(tx, e.Incident, e.Kind); err != nil {
			return err
		}
	}
	if body, err = withWas(body, e.was); err != nil {
		return fmt.Errorf("journal %s: %w", e.Verb, err)
	}
	tx.Note(note{entry: e, body: body, at: tx.Now})
	return nil
}

type note struct {
	entry Entry
	body  json.RawMessage
	at    time.Time
}

// Verb says what was done, for who asks what held the writer.
func (n note) Verb() string { return n.entry.Verb }

// BeforeCommit writes the rows of a transaction or group. It is the database's hook; nothing else calls it.
func (j *Journal) BeforeCommit(tx *db.Tx, notes []any) error {
	rows := make([]Row, 0, len(notes))
	for _, n := range notes {
		if n, ok := n.(note); ok {
			rows = append(rows, Row{At: n.at, Entry: n.entry, Body: n.body, Origin: j.node})
		}
	}
	if tx.Engine() == db.Postgres {
		return insertPG(tx, rows, j.seq.epochNow())
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	link := j.link
	links := make([][]byte, len(rows))
	for i := range rows {
		rows[i].Position = j.position + 1 + int64(i)
		rows[i].Seq = j.last + 1 + int64(i)
		rows[i].OriginSeq = rows[i].Seq
		link = chain(hashOrigin, link, &rows[i])
		links[i] = link
	}
	if err := insertSQLite(tx, rows); err != nil {
		return err
	}
	if err := j.insertSettled(tx, rows, links); err != nil {
		return err
	}
	j.pending, j.pendLink = rows, link
	return nil
}

// AfterCommit hands on what is durable now. It is the database's hook; nothing else calls it.
func (j *Journal) AfterCommit([]any) {
	if j.seq != nil {
		j.seq.wake()
		return
	}
	j.mu.Lock()
	rows := j.pending
	j.pending = nil
	if len(rows) > 0 {
		j.position, j.last, j.link = rows[len(rows)-1].Position, rows[len(rows)-1].Seq, j.pendLink
	}
	j.mu.Unlock()
	j.feed.push(rows)
}

const journalColumns = `at, actor, verb, kind, subject, version, place, scope, incident, reason, body, origin`

func values(r *Row) []any {
	return []any{
		clock.Micro(r.At), r.Actor, r.Verb, r.Kind, r.Subject, r.Version, r.Place,
		string(r.Scope), r.Incident, r.Reason, string(r.Body), r.Origin,
	}
}

func insertSQLite(tx *db.Tx, rows []Row) error {
	return db.InRuns(len(rows), func(from, n int) error {
		args := make([]any, 0, 14*n)
		for i := from; i < from+n; i++ {
			args = append(append(args, rows[i].Seq, rows[i].OriginSeq), values(&rows[i])...)
		}
		_, err := tx.Exec(`INSERT INTO journal (seq, origin_seq, `+journalColumns+`) VALUES `+db.Tuples(n, 14), args...)
		return err
	})
}

// insertPG leaves both numbers to the database.
func insertPG(tx *db.Tx, rows []Row, epoch int64) error {
	return db.InRuns(len(rows), func(from, n int) error {
		args := make([]any, 0, 13*n)
		for i := from; i < from+n; i++ {
			args = append(append(args, epoch), values(&rows[i])...)
		}
		return tx.Last(`INSERT INTO journal (epoch, `+journalColumns+`) VALUES `+db.Tuples(n, 13), args...)
	})
}

// insertSettled writes the positions; the last row carries the signature over the last link.
func (j *Journal) insertSettled(tx *db.Tx, rows []Row, links [][]byte) error {
	return db.InRuns(len(rows), func(from, n int) error {
		args := make([]any, 0, 5*n)
		for i := from; i < from+n; i++ {
			var sig []byte
			var key any
			if i == len(rows)-1 {
				sig, key = j.sign(links[i]), j.signer.KeyID
			}
			args = append(args, rows[i].Position, rows[i].Seq, links[i], sig, key)
		}
		_, err := tx.Exec(`INSERT INTO settled (position, seq, link, signature, key_id) VALUES `+db.Tuples(n, 5), args...)
		return err
	})
}

func (j *Journal) sign(link []byte) []byte {
	return append([]byte{signEd25519}, ed25519.Sign(j.signer.Private, link)...)
}

// chain is the link of r after the link before it: a hash over every field, each with its length.
func chain(algorithm byte, before []byte, r *Row) []byte {
	texts := [...]string{r.Actor, r.Verb, r.Kind, r.Subject, r.Place, string(r.Scope), r.Incident, r.Reason, string(r.Body), r.Origin}
	size := len(before) + 8*(4+len(texts))
	for _, s := range texts {
		size += len(s)
	}
	b := append(make([]byte, 0, size), before...)
	for _, n := range [...]int64{r.Position, clock.Micro(r.At), r.Version} {
		b = binary.BigEndian.AppendUint64(b, uint64(n)) //nolint:gosec // the bits, whatever the sign
	}
	if algorithm == hashOrigin {
		b = binary.BigEndian.AppendUint64(b, uint64(r.OriginSeq)) //nolint:gosec // likewise
	}
	for _, s := range texts {
		b = binary.BigEndian.AppendUint64(b, uint64(len(s)))
		b = append(b, s...)
	}
	sum := sha256.Sum256(b)
	return append([]byte{algorithm}, sum[:]...)
}

// originSeq: rows of before it was kept were all written here.
const originSeq = `coalesce(j.origin_seq, j.seq)`

const selectRows = `SELECT s.position, s.seq, j.at, j.actor, j.verb, j.kind, j.subject, j.version, j.place, j.scope, j.incident, j.reason, j.body, j.origin, ` + originSeq + `
	FROM settled s JOIN journal j ON j.seq = s.seq `

func scanRow(s db.Scanner, r *Row) error {
	var at int64
	var body, scope string
	err := s.Scan(&r.Position, &r.Seq, &at, &r.Actor, &r.Verb, &r.Kind, &r.Subject, &r.Version, &r.Place, &scope, &r.Incident, &r.Reason, &body, &r.Origin, &r.OriginSeq)
	r.At, r.Scope, r.Body = clock.FromMicro(at), Scope(scope), json.RawMessage(body)
	return err
}

// Read is up to limit settled rows after a position, in order.
func (j *Journal) Read(ctx context.Context, after int64, limit int) ([]Row, error) {
	return j.settled(ctx, `WHERE s.position > $1 ORDER BY s.position LIMIT $2`, after, limit)
}

// window is how many positions ReadVerbs looks through at once. A database that does not know how much lies between two
// positions may read and sort all of it for the first few rows: the whole backlog, again for every batch of it.
const window = 512

// ReadVerbs is up to limit settled rows of some verbs after one position and up to another, in order. The others between
// are not read.
func (j *Journal) ReadVerbs(ctx context.Context, after, until int64, verbs []string, limit int) (rows []Row, err error) {
	for from := after; from < until && len(rows) < limit; from += window {
		args := []any{from, min(until, from+window), limit - len(rows)}
		for _, v := range verbs {
			args = append(args, v)
		}
		some, err := j.settled(ctx, `WHERE s.position > $1 AND s.position <= $2 AND j.verb IN (`+db.List(4, len(verbs))+`) ORDER BY s.position LIMIT $3`, args...)
		if err != nil {
			return nil, err
		}
		rows = append(rows, some...)
	}
	return rows, nil
}

func (j *Journal) settled(ctx context.Context, rest string, args ...any) (rows []Row, err error) {
	err = j.db.View(ctx, func(tx *db.Tx) error {
		rows = rows[:0]
		return tx.Each(func(s db.Scanner) error {
			var r Row
			err := scanRow(s, &r)
			rows = append(rows, r)
			return err
		}, selectRows+rest, args...)
	})
	return rows, err
}

// Of is the history of one record, oldest first, at most limit rows, as this transaction sees it: what was written a
// moment ago is in it, settled or not, and its rows have no position. That a report came in is not in it: the row of
// the report says so, and an index over every cry for help would slow them all.
func Of(tx *db.Tx, kind, subject string, limit int) ([]Row, error) {
	return rowsOf(tx, `WHERE subject = $1 AND kind = $2 AND verb <> 'report.received' ORDER BY seq LIMIT $3`, subject, kind, limit)
}

// Only chooses rows by their kind or their verb; a row of either is meant. Empty: all rows. Of some kinds none is meant
// whatever else is chosen.
type Only struct{ Kinds, Verbs, But []string }

// where is the choice as a condition, with its arguments from $first on.
func (o Only) where(first int) (string, []any) {
	var parts []string
	var args []any
	for _, x := range []struct {
		column string
		values []string
	}{{"kind", o.Kinds}, {"verb", o.Verbs}} {
		if len(x.values) == 0 {
			continue
		}
		parts = append(parts, x.column+" IN ("+db.List(first+len(args), len(x.values))+")")
		for _, v := range x.values {
			args = append(args, v)
		}
	}
	condition := ""
	if len(parts) > 0 {
		condition = " AND (" + strings.Join(parts, " OR ") + ")"
	}
	if len(o.But) > 0 {
		condition += " AND kind NOT IN (" + db.List(first+len(args), len(o.But)) + ")"
		for _, v := range o.But {
			args = append(args, v)
		}
	}
	return condition, args
}

// OfIncident is what happened in an incident, newest first, at most limit rows before a seq (0: from the newest on).
func OfIncident(tx *db.Tx, incident string, before int64, limit int, only Only) ([]Row, error) {
	if before <= 0 {
		before = math.MaxInt64
	}
	chosen, args := only.where(4)
	return rowsOf(tx, `WHERE incident = $1 AND incident <> '' AND seq < $2`+chosen+` ORDER BY seq DESC LIMIT $3`, append([]any{incident, before, limit}, args...)...)
}

// OfRecords is what happened to some records, newest first, at most limit rows before a seq (0: from the newest on). ids is a query
// for their ids, in which $3 is whose they are.
func OfRecords(tx *db.Tx, ids string, owner string, before int64, limit int) ([]Row, error) {
	if before <= 0 {
		before = math.MaxInt64
	}
	return rowsOf(tx, `WHERE subject IN (`+ids+`) AND verb <> 'report.received' AND seq < $1 ORDER BY seq DESC LIMIT $2`, before, limit, owner)
}

func rowsOf(tx *db.Tx, where string, args ...any) (rows []Row, err error) {
	err = tx.Each(func(s db.Scanner) error {
		var r Row
		err := scanRow(s, &r)
		rows = append(rows, r)
		return err
	}, `SELECT 0, seq, at, actor, verb, kind, subject, version, place, scope, incident, reason, body, origin, `+originSeq+` FROM journal j `+where, args...)
	return rows, err
}

// Position is the last settled position that this node has seen.
func (j *Journal) Position() int64 { return j.feed.last() }

// Heard is the position up to which every listener of this node has been told.
func (j *Journal) Heard() int64 { return j.feed.told() }

// Listen calls fn with settled rows in order, from now on, in one goroutine for all listeners; fn must not block.
// Call it before the first change.
func (j *Journal) Listen(fn func([]Row)) { j.feed.listen(fn) }
