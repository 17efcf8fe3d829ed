package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/incident"
)

// ScanOut is a photo or scan of the paper of a decision or of an instruction.
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

// ScanIn is a file as it comes: the bytes, and what they are said to be.
type ScanIn struct {
	Kind    string `header:"Content-Type" required:"true" maxLength:"80"`
	RawBody []byte `contentType:"application/octet-stream"`
}

// InstructionScanID names a scan of an instruction.
type InstructionScanID struct {
	RecordID
	Scan string `path:"scan" format:"uuid"`
}

func (a *API) scans(h huma.API) {
	const path = "/incidents/{id}/decisions/{decision}/scans"
	attach := takesScan(op("scan-attach", http.MethodPut, path+"/{scan}", "Attach a photo or scan of its paper to a decision; the id is the client's, the same twice is one", 204))
	huma.Register(h, attach, func(ctx context.Context, in *struct {
		ScanID
		ScanIn
	},
	) (*struct{}, error) {
		return nil, toHTTP(ctx, a.s.Incidents.Attach(ctx, in.ID, in.Decision, incident.Scan{ID: in.Scan, Content: in.RawBody}, in.Kind))
	})
	huma.Register(h, op("scan-list", http.MethodGet, path, "Photos and scans of the paper of a decision, the first one first", 200),
		func(ctx context.Context, in *DecisionID) (*body[PageOf[ScanOut]], error) {
			list, err := a.s.Incidents.Scans(ctx, in.ID, in.Decision)
			return a.scansOut(ctx, list, err)
		})
	huma.Register(h, givesScan(op("scan-read", http.MethodGet, path+"/{scan}", "One photo or scan", 200)), func(ctx context.Context, in *ScanID) (*savedFile, error) {
		x, err := a.s.Incidents.Scan(ctx, in.ID, in.Decision, in.Scan)
		return scanFile(ctx, x, err)
	})
	a.instructionScans(h)
}

func (a *API) instructionScans(h huma.API) {
	const path = "/instructions/{id}/scans"
	attach := takesScan(op("instruction-scan-attach", http.MethodPut, path+"/{scan}", "Attach a photo or scan of its paper to an instruction; the id is the client's, the same twice is one", 204))
	huma.Register(h, attach, func(ctx context.Context, in *struct {
		InstructionScanID
		ScanIn
	},
	) (*struct{}, error) {
		return nil, toHTTP(ctx, a.s.Needs.AttachScan(ctx, in.ID, incident.Scan{ID: in.Scan, Content: in.RawBody}, in.Kind))
	})
	huma.Register(h, op("instruction-scan-list", http.MethodGet, path, "Photos and scans of the paper of an instruction, the first one first", 200),
		func(ctx context.Context, in *RecordID) (*body[PageOf[ScanOut]], error) {
			list, err := a.s.Needs.Scans(ctx, in.ID)
			return a.scansOut(ctx, list, err)
		})
	huma.Register(h, givesScan(op("instruction-scan-read", http.MethodGet, path+"/{scan}", "One photo or scan", 200)), func(ctx context.Context, in *InstructionScanID) (*savedFile, error) {
		x, err := a.s.Needs.Scan(ctx, in.ID, in.Scan)
		return scanFile(ctx, x, err)
	})
}

// takesScan lets an operation carry a scan, over a poor network.
func takesScan(o huma.Operation) huma.Operation {
	o.MaxBodyBytes, o.BodyReadTimeout = incident.ScanMost, scanWithin
	return o
}

// givesScan says that an operation answers with a scan.
func givesScan(o huma.Operation) huma.Operation {
	return aFile(o, "image/jpeg", "image/png", "application/pdf")
}

func (a *API) scansOut(ctx context.Context, list []incident.Scan, err error) (*body[PageOf[ScanOut]], error) {
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
}

func scanFile(ctx context.Context, x incident.Scan, err error) (*savedFile, error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	end := map[string]string{"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}[x.Kind]
	return &savedFile{x.Kind, `attachment; filename="` + x.ID + "." + end + `"`, x.Content}, nil
}
