package parameter

import (
	_ "embed"
	"regexp"
	"strings"
)

//go:embed documents.tsv
var documents string

// Name is what people call the source of a value: the document with its number, not the id of a requirement in it. Developers
// keep the id (Source) to trace a default to its row.
type Name struct{ Zh, En string }

var (
	rowID      = regexp.MustCompile(`\bS\d{3}-\d{2,3}\b`)
	withRemark = regexp.MustCompile(`^operational default \((.*)\)$`)
)

// said are the lines of documents.tsv: the ids of documents and their names, and phrases in the order in which they stand.
var said = func() (list []struct{ as, zh, en string }) {
	for line := range strings.Lines(documents) {
		f := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if len(f) != 3 || strings.HasPrefix(line, "#") {
			continue
		}
		list = append(list, struct{ as, zh, en string }{f[0], f[1], f[2]})
	}
	return list
}()

// SourceName is the source of a value as people know it.
func SourceName(source string) Name {
	if m := withRemark.FindStringSubmatch(source); m != nil {
		base, remark := SourceName("operational default"), SourceName(m[1])
		return Name{base.Zh + "（" + remark.Zh + "）", base.En + " (" + remark.En + ")"}
	}
	// The row's number says nothing to whoever has the document: its first part names the document.
	source = rowID.ReplaceAllStringFunc(source, func(id string) string { id, _, _ = strings.Cut(id, "-"); return id })
	n := Name{source, source}
	for _, x := range said {
		zh := strings.NewReplacer(" "+x.as, x.zh, x.as+" ", x.zh, x.as, x.zh)
		n.Zh, n.En = zh.Replace(n.Zh), strings.ReplaceAll(n.En, x.as, x.en)
	}
	return n
}
