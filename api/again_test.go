package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/platform/clock"
	"lianyuan/platform/id"
	"lianyuan/platform/live"
)

// operation is a write of the OpenAPI document.
type operation struct {
	id   string
	path *regexp.Regexp
	// named: the command has an id, which its client made.
	named bool
	// path has the id, not the body: of a file.
	file bool
	// properties of the body.
	properties map[string]*huma.Schema
}

// writeOperations are all of them, by method; where two paths fit, the one with fewer variables comes first.
func writeOperations() map[string][]operation {
	a := api.New(api.Services{Clock: clock.System{}, Live: &live.Hub{}})
	a.Staff(http.NewServeMux())
	all := map[string][]operation{}
	for path, item := range a.Spec().Paths {
		for method, o := range map[string]*huma.Operation{http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodPatch: item.Patch, http.MethodDelete: item.Delete} {
			if o == nil {
				continue
			}
			op := operation{id: o.OperationID, file: method == http.MethodPut}
			if o.RequestBody != nil && o.RequestBody.Content["application/json"] != nil {
				schema := o.RequestBody.Content["application/json"].Schema
				if schema.Ref != "" {
					schema = a.Spec().Components.Schemas.SchemaFromRef(schema.Ref)
				}
				op.properties = schema.Properties
			}
			op.named = op.file || op.properties["id"] != nil || op.properties["decision"] != nil
			op.path = regexp.MustCompile("^" + regexp.MustCompile(`\{\w+\}`).ReplaceAllString(path, "[^/]+") + "$")
			all[method] = append(all[method], op)
		}
	}
	for _, list := range all {
		slices.SortFunc(list, func(a, b operation) int {
			return strings.Count(a.path.String(), "[") - strings.Count(b.path.String(), "[")
		})
	}
	return all
}

// repetition sends the writes of one world again.
type repetition struct {
	*testing.T
	w      *apptest.World
	of     func(method, path string) (operation, bool)
	before map[string]bool    // the operations of earlier stories
	said   map[string]written // the first of each operation
	order  []string
	twins  map[string]string // account → login of somebody who may do the same
}

// written is what somebody wrote.
type written struct {
	apptest.Sent
	operation
	by api.AccountOut // nobody: the public
}

// by is a client of somebody, who may have to sign in again.
func (r *repetition) by(s written) *apptest.Client {
	if s.by.ID == "" {
		return s.Client
	}
	return r.w.Enters(s.by.Login)
}

// Every write of the API is sent again: as it was; with other words under the same id; by somebody else who may do the
// same, by somebody who may do nothing, by somebody who is not signed in; and once more when the story is over. It is done
// once, nothing of it is told to others, and what was done is answered as before, however the world went on. An operation
// that is in no story fails the test.
func TestEveryWriteSentAgain(t *testing.T) {
	all := writeOperations()
	of := func(method, path string) (operation, bool) {
		path, _, _ = strings.Cut(path, "?")
		i := slices.IndexFunc(all[method], func(o operation) bool { return o.path.MatchString(path) })
		if i < 0 {
			return operation{}, false
		}
		return all[method][i], true
	}
	var mu sync.Mutex
	worlds, seen, before := map[*apptest.World]*repetition{}, map[string]map[string]bool{}, map[string]map[string]bool{}
	heard := func(w *apptest.World) *repetition {
		mu.Lock()
		defer mu.Unlock()
		if worlds[w] == nil {
			worlds[w] = &repetition{T: w.T, w: w, of: of, before: before[engineOf(w)], said: map[string]written{}, twins: map[string]string{}}
		}
		return worlds[w]
	}
	apptest.Overhear(t, apptest.Ear{
		Wrote: func(s apptest.Sent) { heard(s.World).wrote(s) },
		Ended: func(w *apptest.World) {
			r := heard(w)
			r.ended()
			mu.Lock()
			defer mu.Unlock()
			if seen[engineOf(w)] == nil {
				seen[engineOf(w)] = map[string]bool{}
			}
			for o := range r.said {
				seen[engineOf(w)][o] = true
			}
		},
	})
	for i, together := range storiesSentAgain {
		for engine, sent := range seen {
			before[engine] = maps.Clone(sent)
		}
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			for name, story := range together {
				t.Run(name, story)
			}
		})
		if t.Failed() {
			return
		}
	}
	for _, list := range all {
		for _, o := range list {
			for engine, sent := range seen {
				if why := notSentAgain[o.id]; sent[o.id] == (why != "") {
					t.Errorf("%s is sent again by a story on %s (%t), or it is not because %q: one of both", o.id, engine, sent[o.id], why)
				}
			}
		}
	}
}

func engineOf(w *apptest.World) string {
	return w.T.Name()[strings.LastIndexByte(w.T.Name(), '/')+1:]
}

// wrote is told of every write that succeeded, right after it.
func (r *repetition) wrote(sent apptest.Sent) {
	r.Helper()
	o, known := r.of(sent.Method, sent.Path)
	if _, again := r.said[o.id]; !known || again || r.before[o.id] || notSentAgain[o.id] != "" {
		return
	}
	s := written{Sent: sent, operation: o}
	if a := sent.Client.Get("/session"); a.Status == http.StatusOK {
		s.by = apptest.Read[api.Me](a).Account
		r.twin(s.by.ID)
	}
	r.said[o.id] = s
	r.order = append(r.order, o.id)
	rows := r.w.Tables()
	r.sameAnswer(s, s.Again(s.Client, s.Path, s.Body))
	rows = r.unchanged(rows, o.id, "sent again")
	r.otherWords(s)
	rows = r.unchanged(rows, o.id, "with other words")
	r.byOthers(s)
	r.unchanged(rows, o.id, "by others")
}

// unchanged looks whether every table still has as many rows.
func (r *repetition) unchanged(before map[string]int64, id, what string) (now map[string]int64) {
	r.Helper()
	now = r.w.Tables()
	for table, n := range now {
		if before[table] != n && !slices.Contains(writesAnew[id], table) {
			r.Errorf("%s %s writes: %d rows of %s, %d before", id, what, n, table, before[table])
		}
	}
	return now
}

func (r *repetition) sameAnswer(s written, a *apptest.Answer) {
	r.Helper()
	switch {
	case a.Status != s.Answer.Status:
		r.Errorf("%s sent again: %d, at first %d: %s", s.id, a.Status, s.Answer.Status, a.Body)
	case answersAnew[s.id] == "" && !bytes.Equal(a.Body, s.Answer.Body):
		r.Errorf("%s sent again: another answer\n%s\nat first\n%s", s.id, a.Body, s.Answer.Body)
	}
}

// otherWords says something else under the same id: each field in turn. It is refused as the id of another command, unless
// the words themselves are wrong.
func (r *repetition) otherWords(s written) {
	r.Helper()
	refused, bodies := 0, otherBodies(r.T, s)
	for field, body := range bodies {
		a := s.Again(s.Client, s.Path, body)
		if a.Status < 400 || a.Status >= 500 {
			if unsaid[s.id+" "+field] == "" {
				r.Errorf("%s with another %s: %d %s", s.id, field, a.Status, a.Body)
			}
			continue
		}
		switch p := apptest.Read[api.Problem](a); {
		case p.Code == "id_reused":
			refused++
			if p.Current != nil || len(p.Errors) > 0 {
				r.Errorf("%s with another %s tells what stands there: %s", s.id, field, a.Body)
			}
		case a.Status == http.StatusUnprocessableEntity, a.Status == http.StatusNotFound && p.Current == nil: // no such value, no such record
		default:
			r.Errorf("%s with another %s: %d %s", s.id, field, a.Status, a.Body)
		}
	}
	if refused == 0 && len(bodies) > 0 && onlyIDs[s.id] == "" {
		r.Errorf("%s with other words is nowhere refused as the id of another command: %v", s.id, slices.Sorted(maps.Keys(bodies)))
	}
}

// byOthers sends the same in other names.
func (r *repetition) byOthers(s written) {
	r.Helper()
	if s.by.ID == "" || strings.Contains(s.Path, "/public/") { // the public has no name
		return
	}
	may := []string{"id_reused"}
	if own := ownOnly[s.id]; own != "" {
		may = append(may, own)
	}
	for _, x := range []struct {
		who   string
		c     *apptest.Client
		codes []string
	}{
		{"somebody who may", r.w.Enters(r.twins[s.by.ID]), may},
		{"somebody who may not", r.w.Enters(r.twins[""]), []string{"forbidden", "not_found"}},
		{"nobody", r.w.Stranger().Unheard(), []string{"signed_out"}},
	} {
		a := s.Again(x.c, s.Path, s.Body)
		if a.Status < 400 || a.Status >= 500 {
			r.Errorf("%s by %s: %d %s", s.id, x.who, a.Status, a.Body)
			continue
		}
		if p := apptest.Read[api.Problem](a); p.Current != nil || len(p.Errors) > 0 || !slices.Contains(x.codes, p.Code) {
			r.Errorf("%s by %s: %d %s", s.id, x.who, a.Status, a.Body)
		}
	}
}

// twin makes somebody who may do the same as an account, and once somebody who may do nothing.
func (r *repetition) twin(account string) {
	r.Helper()
	for _, of := range []string{"", account} {
		if r.twins[of] == "" {
			r.twins[of] = fmt.Sprint("again-", len(r.twins))
			r.w.Twin(of, r.twins[of])
		}
	}
}

// ended sends everything again when the story is over, and once more when every window, deadline and time in it has passed:
// what was done is answered as before. Under a new id it is another command, and too late for what it saw. (What cannot be
// begun any more in a closed incident, TestClosedIncidentIsReadOnly says.)
func (r *repetition) ended() {
	r.Helper()
	as := func(what string) {
		for _, id := range r.order {
			s := r.said[id]
			a := s.Again(r.by(s), s.Path, s.Body)
			if a.Status == s.Answer.Status {
				continue
			}
			if code := apptest.Read[api.Problem](a).Code; gone[id] == "" || gone[id] != code {
				r.Errorf("%s sent again %s: %d, at first %d: %s", id, what, a.Status, s.Answer.Status, a.Body)
			}
		}
	}
	rows := r.w.Tables()
	as("at the end")
	if !slices.ContainsFunc(r.order, func(id string) bool { return writesAnew[id] != nil }) {
		r.unchanged(rows, "everything", "sent again at the end")
	}
	r.w.Later(100 * 24 * time.Hour)
	as("long after")
	for _, id := range slices.Backward(r.order) { // what came last goes first, so that nothing is begun anew before it
		s := r.said[id]
		path, body, version := underNewID(r.T, s)
		if a := s.Again(r.by(s), path, body); a.Status >= 500 || version != 0 && a.Status < 400 {
			r.Errorf("%s as a new command, long after: %d %s", id, a.Status, a.Body)
		}
		r.oddWords(s)
	}
}

// underNewID is a write as another command; version is the one it saw, 0 when it begins something.
func underNewID(t *testing.T, s written) (path string, body []byte, version float64) {
	t.Helper()
	if s.file {
		return s.Path[:strings.LastIndexByte(s.Path, '/')+1] + newID(), s.Body, 0
	}
	var said map[string]any
	if err := json.Unmarshal(s.Body, &said); err != nil {
		t.Fatal(err)
	}
	named := said
	if s.properties["id"] == nil {
		named = said["decision"].(map[string]any)
	}
	named["id"] = newID()
	version, _ = said["version"].(float64)
	text, err := json.Marshal(said)
	if err != nil {
		t.Fatal(err)
	}
	return s.Path, text, version
}

// otherBodies are the body with another value in one field at a time.
func otherBodies(t *testing.T, s written) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	if s.Kind != "application/json" {
		all["file"] = append(slices.Clone(s.Body), 0)
		return all
	}
	var body map[string]any
	if err := json.Unmarshal(s.Body, &body); err != nil {
		t.Fatal(err)
	}
	var walk func(at string, v any, set func(any))
	walk = func(at string, v any, set func(any)) {
		other := func(x any) {
			set(x)
			text, err := json.Marshal(body)
			if err != nil {
				t.Fatal(err)
			}
			all[at] = text
			set(v)
		}
		switch v := v.(type) {
		case map[string]any:
			for k, x := range v {
				if k == "version" && at == "" || k == "id" && (at == "" || at == "decision" && s.properties["id"] == nil) {
					continue // another id is another command
				}
				walk(strings.TrimPrefix(at+"."+k, "."), x, func(x any) { v[k] = x })
			}
		case []any:
			if len(v) > 0 {
				walk(at+"[]", v[0], func(x any) { v[0] = x })
			}
		case string:
			other(otherText(s.id+" "+at, v))
		case float64:
			other(v + 1)
		case bool:
			other(!v)
		}
	}
	walk("", body, nil)
	for k, p := range s.properties { // what was left out
		if _, there := body[k]; there || k == "version" {
			continue
		}
		if x, ok := map[string]any{"string": "补", "integer": 1, "boolean": true}[p.Type]; ok {
			body[k] = x
			text, err := json.Marshal(body)
			if err != nil {
				t.Fatal(err)
			}
			all[k] = text
			delete(body, k)
		}
	}
	return all
}

// otherText is another text of the same kind; of a field with a list of values, another of them.
func otherText(field, v string) string {
	if x, ok := otherValue[field]; ok {
		return x
	}
	if _, err := id.Parse(v, ""); err == nil {
		return newID()
	}
	for _, form := range []string{time.RFC3339Nano, time.DateOnly} {
		if at, err := time.Parse(form, v); err == nil {
			return at.AddDate(0, 0, 1).Format(form)
		}
	}
	if last := len(v) - 1; last >= 0 && v[last] >= '0' && v[last] <= '9' {
		return v[:last] + string('0'+(v[last]-'0'+1)%10)
	}
	return v + "补"
}
