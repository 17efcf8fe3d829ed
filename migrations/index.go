package migrations

import (
	"context"
	"io/fs"
	"regexp"
	"slices"

	"lianyuan/platform/db"
)

var indexed = regexp.MustCompile(`(?m)^\s*(CREATE|DROP)\s+(?:UNIQUE\s+)?INDEX\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?(\w+)`)

// Indexes are those that a database of this program has, by name: rules across rows are some of them.
func Indexes(e db.Engine) ([]string, error) {
	merged, err := For(e)
	if err != nil {
		return nil, err
	}
	files, err := fs.Glob(merged, "*.sql") // sorted
	var names []string
	for _, file := range files {
		text, wrong := fs.ReadFile(merged, file)
		if wrong != nil {
			return nil, wrong
		}
		for _, m := range indexed.FindAllSubmatch(text, -1) {
			name := string(m[2])
			if names = slices.DeleteFunc(names, func(n string) bool { return n == name }); string(m[1]) == "CREATE" {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names, err
}

// Missing are the indexes that a database should have and has not; it is of this program's schema.
func Missing(ctx context.Context, d *db.DB) (missing []string, err error) {
	names, err := Indexes(d.Engine())
	if err != nil {
		return nil, err
	}
	query := `SELECT name FROM sqlite_master WHERE type = 'index'`
	if d.Engine() == db.Postgres {
		query = `SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()`
	}
	err = d.View(ctx, func(tx *db.Tx) error {
		missing = slices.Clone(names)
		return tx.Each(func(s db.Scanner) error {
			var name string
			err := s.Scan(&name)
			missing = slices.DeleteFunc(missing, func(n string) bool { return n == name })
			return err
		}, query)
	})
	return missing, err
}
