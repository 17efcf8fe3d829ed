// Package carry takes all rows of a database out and puts them into another, of the same or the other engine: the one
// mechanism behind backup, restore and the move from SQLite to PostgreSQL.
//
// A stream is a header, the rows of every table in an order that foreign keys allow, and a trailer with the number of
// rows and a hash over everything before it: a stream that was cut or changed does not load. It is read from one
// consistent state while the system goes on working. Keys are in it only as the database holds them, wrapped by a
// master key that is elsewhere.
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

	"lianyuan/platform/db"
)

// format is the version of the stream.
const format = 1

// Header begins a stream.
type Header struct {
	Format int    `json:"format"`
	Schema int64  `json:"schema"` // number of the last migration
	Engine string `json:"engine"` // where it came from
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

// Dump writes every row of d to w and says how many there were.
func Dump(ctx context.Context, d *db.DB, schema int64, w io.Writer) (Counts, error) {
	sum := sha256.New()
	out := bufio.NewWriterSize(w, 1<<20)
	put := json.NewEncoder(io.MultiWriter(out, sum))
	counts := Counts{}
	err := d.View(ctx, func(tx *db.Tx) error {
		if err := put.Encode(line{Header: &Header{format, schema, string(tx.Engine())}}); err != nil {
			return err
		}
		tables, err := tablesOf(tx)
		if err != nil {
			return err
		}
		for _, t := range tables {
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

// Load reads a stream into d, which holds no installation yet; prepare makes the schema that the stream says it is of. A
// stream that does not end as it should leaves rows behind: the target is good only when Load returns nil.
func Load(ctx context.Context, d *db.DB, prepare func(schema int64) error, r io.Reader) (Counts, error) {
	l := &loader{ctx: ctx, db: d, counts: Counts{}, prepare: prepare, sum: sha256.New()}
	in := bufio.NewReaderSize(r, 1<<20)
	for {
		text, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil, ErrDamaged
		}
		if err != nil {
			return nil, err
		}
		done, err := l.line(text)
		if err != nil {
			return nil, fmt.Errorf("load: %w", err)
		}
		if done {
			return l.counts, l.finish()
		}
	}
}

func empty(ctx context.Context, d *db.DB) error {
	return d.View(ctx, func(tx *db.Tx) error {
		var n int
		if err := tx.Get(`SELECT count(*) FROM instance`, nil, &n); err != nil {
			return err
		}
		if n > 0 {
			return ErrNotEmpty
		}
		return nil
	})
}

type loader struct {
	ctx     context.Context //nolint:containedctx // lives as long as one Load
	db      *db.DB
	prepare func(schema int64) error
	sum     hash.Hash
	begun   bool
	counts  Counts

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
		l.begun = true
		if x.Header.Format != format {
			return false, fmt.Errorf("the stream is of format %d; this program reads format %d", x.Header.Format, format)
		}
		if err := l.prepare(x.Header.Schema); err != nil {
			return false, err
		}
		return false, empty(l.ctx, l.db)
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
