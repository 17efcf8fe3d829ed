package api

import (
	"bytes"
	"context"
	"encoding/csv"
	"strings"

	"lianyuan/domain/pass"
)

// tollFile is a file to save.
type tollFile struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

// tollList writes the columns of pass.TollColumns; the mark at the beginning tells spreadsheets that it is UTF-8.
func (a *API) tollList(ctx context.Context, in *RecordID) (*tollFile, error) {
	list, err := a.s.Passes.TollList(ctx, in.ID)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	var out bytes.Buffer
	out.WriteString("\ufeff")
	w := csv.NewWriter(&out)
	w.UseCRLF = true
	row := []string{}
	for _, c := range pass.TollColumns {
		row = append(row, c.Title)
	}
	rows := [][]string{row}
	for _, p := range list {
		row := []string{}
		for _, c := range pass.TollColumns {
			row = append(row, harmless(p.Field(c.Field)))
		}
		rows = append(rows, row)
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, toHTTP(ctx, err)
	}
	return &tollFile{"text/csv; charset=utf-8", `attachment; filename="toll-list.csv"`, out.Bytes()}, nil
}

// harmless keeps a spreadsheet from taking a text for a formula.
func harmless(s string) string {
	if s != "" && strings.ContainsAny(s[:1], "=+-@\t\r") {
		return "'" + s
	}
	return s
}
