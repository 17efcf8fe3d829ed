package api

import (
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"strings"

	"lianyuan/domain/pass"
	"lianyuan/platform/sheet"
)

// savedFile is a file to save.
type savedFile struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

const workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// tollList writes the columns that count at the place of the incident.
func (a *API) tollList(ctx context.Context, in *struct {
	RecordID
	Format string `query:"format" enum:"csv,xlsx" default:"csv"`
},
) (*savedFile, error) {
	list, err := a.s.Passes.TollList(ctx, in.ID)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	var out bytes.Buffer
	file := &savedFile{ContentType: "text/csv; charset=utf-8", Disposition: `attachment; filename="toll-list.csv"`}
	if in.Format == "xlsx" {
		file.ContentType, file.Disposition = workbook, `attachment; filename="toll-list.xlsx"`
		err = sheet.Write(&out, list.Page(a.s.Clock.Now()))
	} else {
		err = tollCSV(&out, list)
	}
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	file.Body = out.Bytes()
	return file, nil
}

// tollCSV begins with the mark that tells spreadsheets that it is UTF-8.
func tollCSV(to io.Writer, list pass.TollList) error {
	if _, err := io.WriteString(to, "\ufeff"); err != nil {
		return err
	}
	w := csv.NewWriter(to)
	w.UseCRLF = true
	lines := list.Lines()
	for _, line := range lines {
		for i := range line {
			line[i] = harmless(line[i])
		}
	}
	return w.WriteAll(lines)
}

// harmless keeps a spreadsheet from taking a text for a formula.
func harmless(s string) string {
	if s != "" && strings.ContainsAny(s[:1], "=+-@\t\r") {
		return "'" + s
	}
	return s
}
