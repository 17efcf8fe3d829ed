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
	got := document(t, (*api.API).Staff)
	const golden = "openapi.golden.json"
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(golden, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("the API differs from openapi.golden.json: run `make golden` and look at the diff")
	}
}

// Every API of a program says the same of its operations, also those that found the schemas worked out already; and the
// public one says nothing of what staff send and read.
func TestFacesSayTheSameEachTime(t *testing.T) {
	for _, of := range []func(*api.API, *http.ServeMux){(*api.API).Staff, (*api.API).Public} {
		if first, second := document(t, of), document(t, of); !bytes.Equal(first, second) {
			t.Error("the second API describes itself otherwise than the first")
		}
	}
	if public := document(t, (*api.API).Public); bytes.Contains(public, []byte("OfferDetail")) || !bytes.Contains(public, []byte("Receipt")) {
		t.Error("the public document names what only staff read, or lacks its own")
	}
}

// document is what an API with these operations says of itself.
func document(t *testing.T, of func(*api.API, *http.ServeMux)) []byte {
	t.Helper()
	a := api.New(api.Services{Clock: clock.System{}, Live: &live.Hub{}})
	of(a, http.NewServeMux())
	var got bytes.Buffer
	enc := json.NewEncoder(&got)
	enc.SetIndent("", "  ")
	if err := enc.Encode(a.Spec()); err != nil {
		t.Fatal(err)
	}
	return got.Bytes()
}
