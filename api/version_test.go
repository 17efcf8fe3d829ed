package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/platform/clock"
	"lianyuan/platform/live"
)

// uncompared are the operations whose version may be 0 or left out, and why. All others demand it.
var uncompared = map[string]string{
	"mission-accept": "a phone keeps it without signal", "mission-decline": "a phone keeps it without signal", "mission-set-out": "a phone keeps it without signal",
	"mission-arrive": "a phone keeps it without signal", "mission-progress": "a phone keeps it without signal", "mission-block": "a phone keeps it without signal",
	"mission-resume": "a phone keeps it without signal", "mission-finish": "a phone keeps it without signal",
	"party-join":          "a desk keeps it without network: those who come are only added",
	"departure-check-out": "a desk keeps it without network: each row is compared",
	"roster-save":         "0 is compared: no edition is open", "equipment-count": "0 is compared: there is none of the kind",
	"summary-write": "0 is compared: the section is not written yet", "summary-submit": "0 is compared: nothing is written yet",
	"signing-desk-set": "0 is compared: nobody is named yet",
	"site-point-add":   "it is new", "sector-add": "it is new", "withdrawal-plan": "it is new",
}

// versions are the operations whose body names a version.
func versions() (operations []string) {
	a := api.New(api.Services{Clock: clock.System{}, Live: &live.Hub{}})
	a.Staff(http.NewServeMux())
	for _, item := range a.Spec().Paths {
		for _, o := range []*huma.Operation{item.Post, item.Put} {
			if o == nil || o.RequestBody == nil || o.RequestBody.Content["application/json"] == nil {
				continue
			}
			schema := o.RequestBody.Content["application/json"].Schema
			if schema.Ref != "" {
				schema = a.Spec().Components.Schemas.SchemaFromRef(schema.Ref)
			}
			if schema.Properties["version"] != nil {
				operations = append(operations, o.OperationID)
			}
		}
	}
	slices.Sort(operations)
	return operations
}

// saying is a client whose every command says a version.
func saying(t *testing.T, c *apptest.Client, version int64) *apptest.Client {
	t.Helper()
	return c.Through(func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodPost {
			said := map[string]any{}
			if err := json.NewDecoder(r.Body).Decode(&said); err != nil {
				return nil, err
			}
			said["version"] = version
			text, err := json.Marshal(said)
			if err != nil {
				return nil, err
			}
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
		}
		return http.DefaultTransport.RoundTrip(r)
	})
}

// Every command on a record that others may have changed says which version its actor saw: without it, the field is named;
// with another than stands there, the answer says what does.
func TestVersionsAreDemanded(t *testing.T) {
	all := everyProbe()
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		p := prepare(t, w)
		office := w.As("qijiang-office")
		old, none := saying(t, office, apptest.Stale), saying(t, office, 0)
		stale := 0
		for _, operation := range versions() {
			if all[operation] == nil {
				t.Errorf("%s has no probe", operation)
				continue
			}
			answer, _ := all[operation](p, old)
			problem := apptest.Read[api.Problem](answer)
			now, _ := problem.Current.(map[string]any)
			_, says := now["version"]
			switch {
			case uncompared[operation] == "it is new":
			case answer.Status == http.StatusConflict && problem.Code == "transition": // TestEveryVerbInEveryState says it where the verb is possible
			case answer.Status != http.StatusConflict || problem.Code != "version_stale" || !says:
				t.Errorf("%s with an old version: %d %s", operation, answer.Status, answer.Body)
			default:
				stale++
			}
		}
		if stale < 50 {
			t.Errorf("only %d operations came so far as to compare versions", stale)
		}
		for _, operation := range versions() {
			answer, _ := all[operation](p, none)
			problem := apptest.Read[api.Problem](answer)
			demanded := answer.Status == http.StatusUnprocessableEntity &&
				slices.ContainsFunc(problem.Errors, func(e api.ProblemField) bool { return e.Location == "body.version" })
			if why := uncompared[operation]; demanded == (why != "") {
				t.Errorf("%s without a version (%s): %d %s", operation, why, answer.Status, answer.Body)
			}
		}
	})
}
