package db

import (
	"strconv"
	"strings"
)

// inOrder writes $1, $2, … as ? where each stands once and in order, and leaves every other text alone. To SQLite $1
// is a name, which costs a search through all names for each value that is bound; the journal's largest insert has 832.
func inOrder(query string) string {
	if strings.ContainsAny(query, `'"-/?@:`) { // a literal, a comment or another kind of placeholder may be there
		return query
	}
	parts := strings.Split(query, "$")
	for i, part := range parts[1:] {
		rest, ok := strings.CutPrefix(part, strconv.Itoa(i+1))
		if !ok || (rest != "" && rest[0] >= '0' && rest[0] <= '9') {
			return query
		}
		parts[i+1] = rest
	}
	return strings.Join(parts, "?")
}
