package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/incident"
)

// ScanOut is a photo or scan of the paper of a decision.
type ScanOut struct {
	ID   string    `json:"id"`
	Kind string    `json:"kind" enum:"image/jpeg,image/png,application/pdf"`
	Size int       `json:"size" doc:"bytes"`
	By   string    `json:"by"`
	At   time.Time `json:"at"`
}

// ScanID names a scan of a decision of an incident.
type ScanID struct {
	DecisionID
	Scan string `path:"scan" format:"uuid"`
}

// DecisionID names a decision of an incident.
type DecisionID struct {
	RecordID
	Decision string `path:"decision" format:"uuid"`
}

// scanWithin is how long a scan may take to arrive over a poor network.
const scanWithin = 2 * time.Minute

func (a *API) scans(h huma.API) {
	const path = "/incidents/{id}/decisions/{decision}/scans"
	attach := op("scan-attach", http.MethodPut, path+"/{scan}", "Attach a photo or scan of its paper to a decision; the id is the client's, the same twice is one", 204)
	attach.MaxBodyBytes, attach.BodyReadTimeout = incident.ScanMost, scanWithin
	huma.Register(h, attach, func(ctx context.Context, in *struct {
		ScanID
		Kind    string `header:"Content-Type" required:"true" maxLength:"80"`
		RawBody []byte `contentType:"application/octet-stream"`
	},
	) (*struct{}, error) {
		return nil, toHTTP(ctx, a.s.Incidents.Attach(ctx, in.ID, in.Decision, incident.Scan{ID: in.Scan, Content: in.RawBody}, in.Kind))
	})
	huma.Register(h, op("scan-list", http.MethodGet, path, "Photos and scans of the paper of a decision, the first one first", 200),
		func(ctx context.Context, in *DecisionID) (*body[PageOf[ScanOut]], error) {
			list, err := a.s.Incidents.Scans(ctx, in.ID, in.Decision)
			if err != nil {
				return nil, toHTTP(ctx, err)
			}
			var who []string
			for _, x := range list {
				who = append(who, x.By)
			}
			names, err := a.names(ctx, who...)
			out := PageOf[ScanOut]{Items: []ScanOut{}}
			for _, x := range list {
				out.Items = append(out.Items, ScanOut{x.ID, x.Kind, x.Size, named(names, x.By), x.At})
			}
			return answer(ctx, out, err)
		})
	read := aFile(op("scan-read", http.MethodGet, path+"/{scan}", "One photo or scan", 200), "image/jpeg", "image/png", "application/pdf")
	huma.Register(h, read, func(ctx context.Context, in *ScanID) (*savedFile, error) {
		x, err := a.s.Incidents.Scan(ctx, in.ID, in.Decision, in.Scan)
		if err != nil {
			return nil, toHTTP(ctx, err)
		}
		end := map[string]string{"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}[x.Kind]
		return &savedFile{x.Kind, `attachment; filename="` + x.ID + "." + end + `"`, x.Content}, nil
	})
}
