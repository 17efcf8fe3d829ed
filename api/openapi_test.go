package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"testing"

	"lianyuan/api"
	"lianyuan/platform/clock"
	"lianyuan/platform/live"
)

// The contract with every client: a change of it is a visible diff. UPDATE_GOLDEN=1 writes it anew.
func TestOpenAPIGolden(t *testing.T) {
	a := api.New(api.Services{Clock: clock.System{}, Live: &live.Hub{}})
	a.Staff(http.NewServeMux())
	var got bytes.Buffer
	enc := json.NewEncoder(&got)
	enc.SetIndent("", "  ")
	if err := enc.Encode(a.Spec()); err != nil {
		t.Fatal(err)
	}
	const golden = "openapi.golden.json"
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(golden, got.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Error("the API differs from openapi.golden.json: run `make golden` and look at the diff")
	}
}
