package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// TodoOut is something that waits for the reader.
type TodoOut struct {
	Key      string `json:"key"`
	Count    int    `json:"count"`
	Late     int    `json:"late"`
	Page     string `json:"page" doc:"where it is done, below /app"`
	Incident string `json:"incident,omitempty"`
	Name     string `json:"name,omitempty" doc:"of the incident"`
	Drill    bool   `json:"drill"`
}

// TodosOut is everything that waits for the reader, what is late first.
type TodosOut struct {
	At    time.Time `json:"at"`
	Items []TodoOut `json:"items" nullable:"false"`
	Count int       `json:"count" doc:"of all items"`
	Late  int       `json:"late"`
}

func (a *API) todos(h huma.API) {
	huma.Register(h, op("todo", http.MethodGet, "/me/todo", "What waits for me", 200),
		func(ctx context.Context, _ *struct{}) (*body[TodosOut], error) {
			t, err := a.s.Situation.Todo(ctx)
			out := TodosOut{At: t.At, Items: []TodoOut{}, Count: t.Count, Late: t.Late}
			for _, x := range t.Items {
				out.Items = append(out.Items, TodoOut{x.Key, x.Count, x.Late, x.Page, x.Incident, x.Name, x.Drill})
			}
			return answer(ctx, out, err)
		})
}
