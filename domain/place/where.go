package place

import (
	"fmt"
	"strings"
)

// Where is the SQL condition "column lies in one of the spans", with its
// arguments numbered from first on. No spans: a condition that no row meets.
func Where(column string, first int, spans []Span) (condition string, args []any) {
	if len(spans) == 0 {
		return "1 = 0", nil
	}
	parts := make([]string, len(spans))
	for i, s := range spans {
		parts[i] = fmt.Sprintf("(%s >= $%d AND %s < $%d)", column, first+2*i, column, first+2*i+1)
		args = append(args, s.From, s.To)
	}
	return "(" + strings.Join(parts, " OR ") + ")", args
}
