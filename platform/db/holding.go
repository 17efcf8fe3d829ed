package db

import (
	"fmt"
	"strings"
)

// Like is a text as a part of another, for LIKE … ESCAPE '\'.
func Like(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text) + "%"
}

// Holding is the condition that each of some words, in lower case, stands in one of the columns whatever the case there.
// Its arguments are numbered from first. No index answers it: it narrows what another condition has found.
func Holding(words []string, first int, columns ...string) (condition string, args []any) {
	every := make([]string, len(words))
	for i, word := range words {
		args = append(args, Like(word))
		some := make([]string, len(columns))
		for k, column := range columns {
			some[k] = fmt.Sprintf(`lower(%s) LIKE $%d ESCAPE '\'`, column, first+i)
		}
		every[i] = "(" + strings.Join(some, " OR ") + ")"
	}
	return "(" + strings.Join(every, " AND ") + ")", args
}
