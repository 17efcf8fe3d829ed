package carry

import (
	"fmt"
	"slices"
	"strings"

	"lianyuan/platform/db"
)

// own are tables that belong to a database and not to an installation, or hold what is true for a minute only.
var own = []string{"goose_db_version", "sqlite_sequence", "rate_count"}

// indexes is how the tables begin that SQLite's full-text search keeps for itself; triggers fill them from what is carried.
var indexes = []string{"need_fts", "report_fts"}

// tablesOf are the tables of the installation, every table after those that it refers to.
func tablesOf(tx *db.Tx) ([]string, error) {
	list := `SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`
	refs := `SELECT m.name, f."table" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'`
	if tx.Engine() == db.Postgres {
		list = `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name`
		refs = `SELECT c.relname, f.relname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid
			WHERE k.contype = 'f' AND c.relnamespace = current_schema()::regnamespace`
	}
	names, err := column(tx, list)
	if err != nil {
		return nil, err
	}
	needs := map[string][]string{}
	err = tx.Each(func(s db.Scanner) error {
		var from, to string
		err := s.Scan(&from, &to)
		needs[from] = append(needs[from], to)
		return err
	}, refs)
	if err != nil {
		return nil, err
	}
	return inOrder(names, needs)
}

func inOrder(names []string, needs map[string][]string) ([]string, error) {
	var ordered []string
	for len(ordered) < len(names) {
		before := len(ordered)
		for _, n := range names {
			if slices.Contains(ordered, n) || slices.ContainsFunc(needs[n], func(to string) bool { return to != n && !slices.Contains(ordered, to) }) {
				continue
			}
			ordered = append(ordered, n)
		}
		if len(ordered) == before {
			return nil, fmt.Errorf("the foreign keys of %v go in a circle", names)
		}
	}
	return slices.DeleteFunc(ordered, func(n string) bool {
		return slices.Contains(own, n) || slices.ContainsFunc(indexes, func(index string) bool { return strings.HasPrefix(n, index) })
	}), nil
}

// columnsOf are the columns of a table by name. What PostgreSQL alone keeps (its transaction ids) is in both engines'
// tables, so that a stream fits either.
func columnsOf(tx *db.Tx, table string) ([]string, error) {
	query := `SELECT name FROM pragma_table_info($1) ORDER BY name`
	if tx.Engine() == db.Postgres {
		query = `SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1 ORDER BY column_name`
	}
	names, err := column(tx, query, table)
	if err == nil && len(names) == 0 {
		err = fmt.Errorf("there is no table %q", table)
	}
	slices.Sort(names)
	return names, err
}

// booleansOf are the columns that hold truth values: SQLite keeps them as numbers, PostgreSQL does not.
func booleansOf(tx *db.Tx, table string) (map[string]string, error) {
	query := `SELECT name FROM pragma_table_info($1) WHERE upper(type) = 'BOOLEAN'`
	if tx.Engine() == db.Postgres {
		query = `SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1 AND data_type = 'boolean'`
	}
	names, err := column(tx, query, table)
	kinds := map[string]string{}
	for _, n := range names {
		kinds[n] = "boolean"
	}
	return kinds, err
}

func column(tx *db.Tx, query string, args ...any) ([]string, error) {
	var list []string
	err := tx.Each(func(s db.Scanner) error {
		var n string
		err := s.Scan(&n)
		list = append(list, n)
		return err
	}, query, args...)
	return list, err
}
