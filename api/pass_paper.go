package api

import (
	"bytes"
	"context"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/access"
	"lianyuan/domain/pass"
)

// aPaper is an operation that answers with a PDF.
func aPaper(o huma.Operation) huma.Operation { return aFile(o, "application/pdf") }

// aFile is an operation that answers with the bytes of a file of one of these kinds.
func aFile(o huma.Operation, kinds ...string) huma.Operation {
	content := map[string]*huma.MediaType{}
	for _, k := range kinds {
		content[k] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	}
	o.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: content}}
	return o
}

func (a *API) passPapers(h huma.API) {
	huma.Register(h, aPaper(op("pass-paper", http.MethodGet, "/passes/{id}/paper", "One pass to print, as PDF", 200)),
		func(ctx context.Context, in *RecordID) (*savedFile, error) {
			return a.drawn(ctx, "paper", "pass.paper_per_minute", func() ([]pass.Paper, fileName, error) {
				p, err := a.s.Passes.Paper(ctx, in.ID)
				return []pass.Paper{p}, fileName{p.Number, p.Plate}, err
			})
		})
	huma.Register(h, aPaper(op("pass-papers", http.MethodGet, "/incidents/{id}/passes/paper", "The valid passes of an incident to print, as PDF, as many as a parameter allows", 200)),
		func(ctx context.Context, in *struct {
			RecordID
			Team  string `query:"team" maxLength:"40" doc:"of one team"`
			Offer string `query:"offer" maxLength:"40" doc:"of one offer"`
		},
		) (*savedFile, error) {
			return a.drawn(ctx, "papers", "pass.papers_per_minute", func() ([]pass.Paper, fileName, error) {
				list, err := a.s.Passes.Papers(ctx, in.ID, pass.Chosen{Team: in.Team, Offer: in.Offer})
				if err != nil {
					return nil, fileName{}, err
				}
				return list, fileName{list[0].IncidentNumber + "-TX", ""}, nil
			})
		})
}

// drawn answers with passes as PDF, in the language that was asked for. The sheets are drawn outside of any transaction.
func (a *API) drawn(ctx context.Context, what, key string, read func() (list []pass.Paper, name fileName, err error)) (*savedFile, error) {
	actor, err := access.From(ctx)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	if err := a.sparing(what, actor.Account, key); err != nil {
		return nil, toHTTP(ctx, err)
	}
	list, name, err := read()
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	var out bytes.Buffer
	if err := pass.Print(&out, list, languageFrom(ctx) == "en"); err != nil {
		return nil, toHTTP(ctx, err)
	}
	return &savedFile{"application/pdf", name.disposition(), out.Bytes()}, nil
}

// fileName is the name under which a paper is saved; chinese is what old clients leave out of it.
type fileName struct{ ascii, chinese string }

// disposition names the file twice: for clients that know RFC 5987, and for those that do not.
func (n fileName) disposition() string {
	whole := n.ascii
	if n.chinese != "" {
		whole += "-" + n.chinese
	}
	return `attachment; filename="` + n.ascii + `.pdf"; filename*=UTF-8''` + url.PathEscape(whole) + `.pdf`
}
