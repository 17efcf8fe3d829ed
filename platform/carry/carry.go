// Package carry takes all rows of a database out and puts them into another, of the same or the other engine: the one
// mechanism behind backup, restore and the move from SQLite to PostgreSQL.
//
// A stream is a header, the rows of the tables in an order that foreign keys allow, and a trailer with the number of
// rows and a hash over everything before it: a stream that was cut or changed does not load. It is read from one
// consistent state while the system goes on working.
//
// A move carries everything. A backup is two streams: the rows, and apart from them the keys of personal data (Keys), wrapped
// by a master key that is in neither. The rows are kept as long as one likes; of the keys there is one file, written anew each
// time, and what was destroyed is in it no longer (docs/adr/0024).
package carry

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// format is the version of the stream: 1 held the keys always and did not say of which installation it was.
const format = 2

// Part is which tables a stream carries.
type Part string

// The parts.
const (
	Whole Part = ""     // every table
	Rows  Part = "rows" // every table but those of Keys
	Keys  Part = "keys" // the keys of personal data, and which of them were destroyed
)

// keyTables are the tables of Keys.
var keyTables = []string{"data_key", "data_key_gone"}

func (p Part) of(tables []string) []string {
	return slices.DeleteFunc(tables, func(t string) bool { return p != Whole && slices.Contains(keyTables, t) != (p == Keys) })
}

// Header begins a stream.
type Header struct {
	Format int    `json:"format"`
	Schema int64  `json:"schema"` // number of the last migration
	Engine string `json:"engine"` // where it came from
	Part   Part   `json:"part,omitempty"`
	Node   string `json:"node,omitempty"` // id of the installation
	At     int64  `json:"at,omitempty"`   // when it was read, microseconds UTC
	// Before are the installations that this one was restored from, each until its backup was read.
	Before map[string]int64 `json:"before,omitempty"`
}

// Counts are the rows of each table.
type Counts map[string]int64

// Total is the number of all rows.
func (c Counts) Total() (n int64) {
	for _, x := range c {
		n += x
	}
	return n
}

// line is one line of a stream: exactly one field is set.
type line struct {
	Header  *Header  `json:"header,omitempty"`
	Table   string   `json:"table,omitempty"`
	Columns []string `json:"columns,omitempty"`
	Row     []any    `json:"row,omitempty"`
	End     *trailer `json:"end,omitempty"`
}

type trailer struct {
	Counts Counts `json:"counts"`
	Hash   string `json:"hash"` // SHA-256 over all bytes before this line, hex
}

// Dump writes the rows of a part of d to w and says how many there were.
func Dump(ctx context.Context, d *db.DB, schema int64, part Part, w io.Writer) (Counts, error) {
	sum := sha256.New()
	out := bufio.NewWriterSize(w, 1<<20)
	put := json.NewEncoder(io.MultiWriter(out, sum))
	counts := Counts{}
	err := d.View(ctx, func(tx *db.Tx) error {
		head := Header{Format: format, Schema: schema, Engine: string(tx.Engine()), Part: part, At: clock.Micro(tx.Now)}
		if err := tx.Each(func(s db.Scanner) error { return s.Scan(&head.Node) }, `SELECT node FROM instance WHERE id = 1`); err != nil {
			return err
		}
		tables, err := tablesOf(tx)
		if err == nil && slices.Contains(tables, "node_before") {
			head.Before, err = nodesBefore(tx)
		}
		if err != nil {
			return err
		}
		if err := put.Encode(line{Header: &head}); err != nil {
			return err
		}
		for _, t := range part.of(tables) {
			n, err := dumpTable(tx, t, put)
			if err != nil {
				return fmt.Errorf("table %s: %w", t, err)
			}
			counts[t] = n
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("dump: %w", err)
	}
	end := line{End: &trailer{counts, hex.EncodeToString(sum.Sum(nil))}}
	if err := json.NewEncoder(out).Encode(end); err != nil {
		return nil, err
	}
	return counts, out.Flush()
}

func dumpTable(tx *db.Tx, table string, put *json.Encoder) (n int64, err error) {
	columns, err := columnsOf(tx, table)
	if err != nil {
		return 0, err
	}
	if err := put.Encode(line{Table: table, Columns: columns}); err != nil {
		return 0, err
	}
	values := make([]any, len(columns))
	into := make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	err = tx.Each(func(s db.Scanner) error {
		if err := s.Scan(into...); err != nil {
			return err
		}
		n++
		row := make([]any, len(values))
		for i, v := range values {
			row[i] = wire(v)
		}
		return put.Encode(line{Row: row})
	}, `SELECT `+strings.Join(quoted(columns), ", ")+` FROM `+quote(table))
	return n, err
}

// wire is a value as JSON tells it apart: bytes become an object.
func wire(v any) any {
	if b, ok := v.([]byte); ok {
		return map[string]string{"bytes": base64.StdEncoding.EncodeToString(b)}
	}
	return v
}

// rowsAtOnce are loaded in one Update: enough to be fast, few enough not to hold the writer.
const rowsAtOnce = 200

// ErrNotEmpty says that the target already holds an installation.
var ErrNotEmpty = errors.New("the target database is not empty")

// ErrDamaged says that a stream was cut or changed.
var ErrDamaged = errors.New("the stream is damaged: it was cut or changed")

// ErrOtherKeys says that the keys are not those of the rows: of another installation, or older than the rows.
var ErrOtherKeys = errors.New("these keys do not belong to the backup: they are of another installation, or older than it")

// Load reads the rows of an installation into d, which holds none yet; prepare makes the schema that the header says the
// rows are of, or refuses. A stream that does not end as it should leaves rows behind: the target is good only when Load returns nil. The header
// says whether keys are still to come, see LoadKeys.
func Load(ctx context.Context, d *db.DB, prepare func(Header) error, r io.Reader) (Header, Counts, error) {
	return load(ctx, d, r, func(h Header) error {
		if h.Part == Keys {
			return ErrDamaged
		}
		if err := prepare(h); err != nil {
			return err
		}
		return empty(ctx, d)
	})
}

// LoadKeys reads the keys that belong to rows that were loaded, of the same installation and not older; prepare brings the
// schema to that of the keys. As with Load, the target is good only when it returns nil.
func LoadKeys(ctx context.Context, d *db.DB, rows Header, prepare func(Header) error, r io.Reader) (Counts, error) {
	_, counts, err := load(ctx, d, r, func(h Header) error {
		if err := h.Opens(rows); err != nil {
			return err
		}
		return prepare(h)
	})
	return counts, err
}

// Head reads the beginning of a stream and nothing more.
func Head(r io.Reader) (Header, error) {
	text, err := bufio.NewReader(r).ReadBytes('\n')
	var x line
	if err != nil || json.Unmarshal(text, &x) != nil || x.Header == nil {
		return Header{}, ErrDamaged
	}
	return *x.Header, nil
}

func nodesBefore(tx *db.Tx) (map[string]int64, error) {
	before := map[string]int64{}
	return before, tx.Each(func(s db.Scanner) error {
		var node string
		var until int64
		err := s.Scan(&node, &until)
		before[node] = until
		return err
	}, `SELECT node, until FROM node_before`)
}

// Opens says whether these are keys of the rows: of the same installation, or of one restored from it no earlier than these
// rows were read, and not older; ErrOtherKeys.
func (h Header) Opens(rows Header) error {
	until, was := h.Before[rows.Node]
	if h.Part != Keys || (h.Node != rows.Node && (!was || rows.At > until)) || h.At < rows.At {
		return ErrOtherKeys
	}
	return nil
}

func load(ctx context.Context, d *db.DB, r io.Reader, begin func(Header) error) (Header, Counts, error) {
	l := &loader{ctx: ctx, db: d, counts: Counts{}, start: begin, sum: sha256.New()}
	in := bufio.NewReaderSize(r, 1<<20)
	for {
		text, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return l.head, nil, ErrDamaged
		}
		if err != nil {
			return l.head, nil, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		done, err := l.line(text)
		if err != nil {
			return l.head, nil, fmt.Errorf("load: %w", err)
		}
		if done {
			return l.head, l.counts, l.finish()
		}
	}
}

func empty(ctx context.Context, d *db.DB) error {
	var n int
	err := d.View(ctx, func(tx *db.Tx) error { return tx.Get(`SELECT count(*) FROM instance`, nil, &n) })
	if err == nil && n > 0 {
		err = ErrNotEmpty
	}
	return err
}

type loader struct {
	ctx    context.Context //nolint:containedctx // lives as long as one Load
	db     *db.DB
	start  func(Header) error
	head   Header
	sum    hash.Hash
	begun  bool
	counts Counts

	table   string
	columns []string
	kinds   map[string]string // column → kind, where the engine must be told (boolean)
	rows    [][]any
}

func (l *loader) line(text []byte) (done bool, err error) {
	var x line
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(&x); err != nil {
		return false, ErrDamaged
	}
	if x.End != nil {
		if err := l.flush(); err != nil {
			return false, err
		}
		return true, l.check(x.End)
	}
	l.sum.Write(text)
	switch {
	case (x.Header != nil) == l.begun: // it comes first, and once
		return false, ErrDamaged
	case x.Header != nil:
		l.begun, l.head = true, *x.Header
		if l.head.Format < 1 || l.head.Format > format {
			return false, fmt.Errorf("the stream is of format %d; this program reads formats 1 to %d", l.head.Format, format)
		}
		return false, l.start(l.head)
	case x.Table != "":
		return false, l.begin(x.Table, x.Columns)
	case x.Row != nil:
		return false, l.add(x.Row)
	}
	return false, ErrDamaged
}

func (l *loader) begin(table string, columns []string) error {
	if err := l.flush(); err != nil {
		return err
	}
	err := l.db.View(l.ctx, func(tx *db.Tx) error {
		known, err := columnsOf(tx, table)
		if err != nil {
			return err
		}
		for _, c := range columns {
			if !slices.Contains(known, c) {
				return fmt.Errorf("%s.%s is not known here", table, c)
			}
		}
		l.kinds, err = booleansOf(tx, table)
		return err
	})
	l.table, l.columns = table, columns
	l.counts[table] = 0
	return err
}

func (l *loader) add(row []any) error {
	if len(row) != len(l.columns) {
		return ErrDamaged
	}
	for i, v := range row {
		var err error
		if row[i], err = unwire(v, l.kinds[l.columns[i]]); err != nil {
			return err
		}
	}
	l.rows = append(l.rows, row)
	l.counts[l.table]++
	if len(l.rows) == rowsAtOnce {
		return l.flush()
	}
	return nil
}

func unwire(v any, kind string) (any, error) {
	switch v := v.(type) {
	case json.Number:
		n, err := v.Int64()
		if err == nil && kind == "boolean" {
			return n != 0, nil
		}
		return n, err
	case map[string]any:
		text, _ := v["bytes"].(string)
		return base64.StdEncoding.DecodeString(text)
	}
	return v, nil
}

func (l *loader) flush() error {
	if len(l.rows) == 0 {
		return nil
	}
	rows := l.rows
	l.rows = nil
	marks := db.List(1, len(l.columns))
	return l.db.Update(l.ctx, func(tx *db.Tx) error {
		overriding := ""
		if tx.Engine() == db.Postgres && l.table == "journal" {
			overriding = " OVERRIDING SYSTEM VALUE"
		}
		insert := `INSERT INTO ` + quote(l.table) + ` (` + strings.Join(quoted(l.columns), ", ") + `)` + overriding + ` VALUES (` + marks + `)`
		for _, row := range rows {
			if _, err := tx.Exec(insert, row...); err != nil {
				return fmt.Errorf("table %s: %w", l.table, err)
			}
		}
		return nil
	})
}

func (l *loader) check(end *trailer) error {
	if end.Hash != hex.EncodeToString(l.sum.Sum(nil)) {
		return ErrDamaged
	}
	for t, n := range end.Counts {
		if l.counts[t] != n {
			return ErrDamaged
		}
	}
	return nil
}

// finish lets PostgreSQL number new journal rows after the loaded ones.
func (l *loader) finish() error {
	if l.db.Engine() != db.Postgres {
		return nil
	}
	return l.db.Update(l.ctx, func(tx *db.Tx) error {
		var next int64
		return tx.Get(`SELECT setval(pg_get_serial_sequence('journal', 'seq'), (SELECT coalesce(max(seq), 0) + 1 FROM journal), false)`, nil, &next)
	})
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func quoted(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = quote(n)
	}
	return out
}
