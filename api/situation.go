package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/org"
	"lianyuan/domain/situation"
)

// BoardOut is the nine steps of an incident with their counts.
type BoardOut struct {
	At    time.Time `json:"at"`
	Steps []NineOut `json:"steps" nullable:"false"`
	PulseOut
}

// NineOut is one of the nine steps.
type NineOut struct {
	No     int         `json:"no"`
	Key    string      `json:"key"`
	Groups []org.Group `json:"groups" nullable:"false" doc:"who owns the step; empty: the coordination office"`
	First  *CountOut   `json:"first,omitempty" doc:"absent: not begun; why says what it waits for"`
	Second *CountOut   `json:"second,omitempty"`
	Third  *CountOut   `json:"third,omitempty"`
	Late   *CountOut   `json:"late,omitempty"`
	Why    string      `json:"why,omitempty" doc:"not_activated, nothing_yet"`
}

// CountOut is a number and the key of the word for what it counts.
type CountOut struct {
	Key  string `json:"key"`
	N    int    `json:"n"`
	Path string `json:"path,omitempty" doc:"of the page, below /app, that shows exactly what was counted"`
}

func countOut(c *situation.Count) *CountOut {
	if c == nil {
		return nil
	}
	return &CountOut{c.Key, c.N, c.Path}
}

func (a *API) situations(h huma.API) {
	huma.Register(h, op("incident-board", http.MethodGet, "/incidents/{id}/board", "The nine steps of an incident with their counts", 200),
		func(ctx context.Context, in *RecordID) (*body[BoardOut], error) {
			b, err := a.s.Situation.Board(ctx, in.ID)
			out := BoardOut{At: b.At, Steps: []NineOut{}}
			for _, s := range b.Steps {
				out.Steps = append(out.Steps, NineOut{s.No, s.Key, orEmpty(s.Groups), countOut(s.First), countOut(s.Second), countOut(s.Third), countOut(s.Late), s.Why})
			}
			if err != nil {
				return nil, toHTTP(ctx, err)
			}
			out.PulseOut, err = a.pulse(ctx, in.ID)
			return answer(ctx, out, err)
		})
}
