package migrations_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lianyuan/platform/db"
)

// table is what a catalogue says of a table, without anything that only one engine has.
type table struct {
	name    string
	columns []column
	rules   []string // keys, references, indexes and checks, each in one line
}

type column struct {
	name, kind, value string // value is the default
	bytewise, needed  bool
}

// own is what the engines must do differently: the database of each numbers rows its own way.
var own = []string{"journal.txid default", "index journal_settle", "index need_words_gin", "index report_pair_gin"}

func textOf(tables []table) string {
	var b strings.Builder
	for _, t := range tables {
		b.WriteString(t.name + "\n")
		for _, c := range t.columns {
			line := "  " + c.name + " " + c.kind
			if c.needed {
				line += " not null"
			}
			if c.value != "" && !slices.Contains(own, t.name+"."+c.name+" default") {
				line += " default " + c.value
			}
			b.WriteString(line + "\n")
		}
		slices.Sort(t.rules)
		for _, r := range t.rules {
			if !slices.ContainsFunc(own, func(o string) bool { return strings.HasPrefix(r, o) }) {
				b.WriteString("  " + r + "\n")
			}
		}
		b.WriteString("\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func catalogue(t *testing.T, d *db.DB) (tables []table) {
	t.Helper()
	err := d.View(context.Background(), func(tx *db.Tx) (err error) {
		if d.Engine() == db.Postgres {
			tables, err = postgresTables(tx)
		} else {
			tables, err = sqliteTables(tx)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	tables = slices.DeleteFunc(tables, func(t table) bool {
		return strings.HasPrefix(t.name, "goose") || strings.HasPrefix(t.name, "sqlite_") || strings.HasPrefix(t.name, "need_fts") || strings.HasPrefix(t.name, "report_fts")
	})
	slices.SortFunc(tables, func(a, b table) int { return strings.Compare(a.name, b.name) })
	return tables
}

var kinds = map[string]string{
	"TEXT": "text", "BIGINT": "int", "INTEGER": "int", "BYTEA": "bytes", "BOOLEAN": "bool",
	"text": "text", "bigint": "int", "integer": "int", "bytea": "bytes", "boolean": "bool",
}

func kindOf(declared string) string {
	if k, ok := kinds[declared]; ok {
		return k
	}
	return "UNKNOWN " + declared
}

// plain writes an expression so that both engines write it alike.
func plain(expression string) string {
	e := regexp.MustCompile(`::\w+`).ReplaceAllString(expression, "")
	e = regexp.MustCompile(`= ANY \(ARRAY\[([^\]]*)\]\)`).ReplaceAllString(e, "IN ($1)")
	e = strings.ToLower(strings.NewReplacer("(", " ", ")", " ", ",", ", ").Replace(e))
	return strings.ReplaceAll(strings.Join(strings.Fields(e), " "), " ,", ",")
}

func rows(tx *db.Tx, query string, columns int, args ...any) (all [][]string, err error) {
	err = tx.Each(func(s db.Scanner) error {
		row, into := make([]*string, columns), make([]any, columns)
		for i := range row {
			into[i] = &row[i]
		}
		if err := s.Scan(into...); err != nil {
			return err
		}
		line := make([]string, columns)
		for i, v := range row {
			if v != nil {
				line[i] = *v
			}
		}
		all = append(all, line)
		return nil
	}, query, args...)
	return all, err
}

func indexRule(name, unique, columns, where, origin string) string {
	switch origin {
	case "pk":
		return "primary key (" + columns + ")"
	case "u":
		return "unique (" + columns + ")"
	}
	rule := "index " + name + " (" + columns + ")"
	if unique == "1" {
		rule = "index " + name + " unique (" + columns + ")"
	}
	if where != "" {
		rule += " where " + plain(where)
	}
	return rule
}

var (
	// SQLite orders text byte by byte unless a column says otherwise.
	sqliteColumn = `(?mi)^\s*%s\s+TEXT\s[^,]*COLLATE\s+(NOCASE|RTRIM)`
	sqliteWhere  = regexp.MustCompile(`(?s)\bWHERE\b(.*)$`)
)

func sqliteTables(tx *db.Tx) (tables []table, err error) {
	names, err := rows(tx, `SELECT name, sql FROM sqlite_master WHERE type = 'table'`, 2)
	if err != nil {
		return nil, err
	}
	for _, n := range names {
		t, sql := table{name: n[0]}, n[1]
		columns, err := rows(tx, `SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info($1) ORDER BY cid`, 5, t.name)
		if err != nil {
			return nil, err
		}
		var key []string
		for _, c := range columns {
			bytewise := !regexp.MustCompile(fmt.Sprintf(sqliteColumn, c[0])).MatchString(sql)
			t.columns = append(t.columns, column{name: c[0], kind: kindOf(c[1]), value: plain(c[3]), bytewise: bytewise, needed: c[2] == "1" || c[4] != "0"})
			if c[4] != "0" {
				key = append(key, c[4]+c[0])
			}
		}
		slices.Sort(key)
		for i := range key {
			key[i] = key[i][1:]
		}
		t.rules = append(t.rules, indexRule("", "1", strings.Join(key, ", "), "", "pk"))
		indexes, err := rows(tx, `SELECT l.name, l."unique", (SELECT group_concat(name, ', ') FROM (SELECT name FROM pragma_index_info(l.name) ORDER BY seqno)), l.origin, m.sql
			FROM pragma_index_list($1) l LEFT JOIN sqlite_master m ON m.name = l.name WHERE l.origin <> 'pk'`, 5, t.name)
		if err != nil {
			return nil, err
		}
		for _, x := range indexes {
			where := ""
			if m := sqliteWhere.FindStringSubmatch(x[4]); m != nil {
				where = m[1]
			}
			t.rules = append(t.rules, indexRule(x[0], x[1], x[2], where, x[3]))
		}
		references, err := rows(tx, `SELECT "from", "table", "to" FROM pragma_foreign_key_list($1)`, 3, t.name)
		if err != nil {
			return nil, err
		}
		for _, r := range references {
			t.rules = append(t.rules, fmt.Sprintf("references (%s) %s (%s)", r[0], r[1], r[2]))
		}
		for _, c := range checksIn(sql) {
			t.rules = append(t.rules, "check "+plain(c))
		}
		tables = append(tables, t)
	}
	return tables, nil
}

// checksIn are the conditions after the word CHECK, up to the bracket that closes them.
func checksIn(sql string) (checks []string) {
	for {
		_, rest, found := strings.Cut(sql, "CHECK (")
		if !found {
			return checks
		}
		open := 1
		for i, r := range rest {
			switch r {
			case '(':
				open++
			case ')':
				open--
			}
			if open == 0 {
				checks = append(checks, rest[:i])
				break
			}
		}
		sql = rest
	}
}

func postgresTables(tx *db.Tx) (tables []table, err error) {
	names, err := rows(tx, `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`, 1)
	if err != nil {
		return nil, err
	}
	for _, n := range names {
		t := table{name: n[0]}
		columns, err := rows(tx, `SELECT a.attname, format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN '1' ELSE '' END,
				CASE WHEN a.attidentity = '' THEN pg_get_expr(d.adbin, d.adrelid) ELSE '' END, c.collname
			FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum LEFT JOIN pg_collation c ON c.oid = a.attcollation
			WHERE a.attrelid = $1::text::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`, 5, t.name)
		if err != nil {
			return nil, err
		}
		for _, c := range columns {
			t.columns = append(t.columns, column{name: c[0], kind: kindOf(c[1]), value: plain(c[3]), bytewise: c[4] == "C", needed: c[2] == "1"})
		}
		indexes, err := rows(tx, `SELECT i.relname, CASE WHEN x.indisunique THEN '1' ELSE '' END,
				(SELECT string_agg(a.attname, ', ' ORDER BY k.n) FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS k(col, n) JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.col),
				pg_get_expr(x.indpred, x.indrelid), CASE c.contype WHEN 'p' THEN 'pk' WHEN 'u' THEN 'u' ELSE '' END
			FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid LEFT JOIN pg_constraint c ON c.conindid = x.indexrelid AND c.contype IN ('p','u')
			WHERE x.indrelid = $1::text::regclass`, 5, t.name)
		if err != nil {
			return nil, err
		}
		for _, x := range indexes {
			t.rules = append(t.rules, indexRule(x[0], x[1], x[2], x[3], x[4]))
		}
		rest, err := rows(tx, `SELECT contype::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = $1::text::regclass AND contype IN ('c','f')`, 2, t.name)
		if err != nil {
			return nil, err
		}
		for _, r := range rest {
			if r[0] == "c" {
				t.rules = append(t.rules, plain(r[1]))
				continue
			}
			m := regexp.MustCompile(`FOREIGN KEY \((.*)\) REFERENCES (\w+)\((.*)\)`).FindStringSubmatch(r[1])
			if m == nil {
				return nil, fmt.Errorf("%s: %s", t.name, r[1])
			}
			t.rules = append(t.rules, fmt.Sprintf("references (%s) %s (%s)", m[1], m[2], m[3]))
		}
		tables = append(tables, t)
	}
	return tables, nil
}
