package api

import (
	"encoding/json"
	"sync"

	"github.com/danielgtaylor/huma/v2"
)

// The two faces of the program. The public one knows nothing of what staff send and read.
var publicFace, staffFace face

// face is a set of operations. The schemas of what they take and give come from the types alone: they are worked out once in
// a program, by the first API that is built, however many there are.
type face struct {
	once    sync.Once
	schemas huma.Registry
}

// build adds the operations with the schemas of this face.
func (f *face) build(add func(huma.Registry)) {
	first := false
	f.once.Do(func() {
		first = true
		f.schemas = huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
		add(f.schemas)
	})
	if !first {
		add(shared{f.schemas})
	}
}

// shared are schemas that are all there: they are only read, so any number of APIs may share them.
type shared struct{ huma.Registry }

// MarshalJSON writes them into the OpenAPI document.
func (s shared) MarshalJSON() ([]byte, error) { return json.Marshal(s.Map()) }
