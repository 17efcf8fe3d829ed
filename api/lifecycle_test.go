package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"

	"lianyuan/app/apptest"
)

// lifecycles.golden.json is what the pages make their buttons and marks of, in both languages; the stories in the browser
// look for the same words.
func TestLifecyclesGolden(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		var got bytes.Buffer
		if err := json.Indent(&got, w.As("office").Get("/lifecycles").Want(http.StatusOK).Body, "", "  "); err != nil {
			t.Fatal(err)
		}
		golden(t, "lifecycles.golden.json", got.String())
	})
}
