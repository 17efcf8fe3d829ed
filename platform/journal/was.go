package journal

import (
	"bytes"
	"encoding/json"
	"maps"
)

// Was are the public fields of a record before a change. They are those that an entry says of it, so that nothing is told
// of the past that is not told of the present.
type Was map[string]json.RawMessage

// Fields are the public fields that an entry says of its record.
func (e Entry) Fields() Was {
	was := Was{}
	text, err := json.Marshal(e.Body)
	if err == nil {
		err = json.Unmarshal(text, &was)
	}
	if err != nil { // what cannot be written is refused by Append, which says the same fields
		return nil
	}
	return was
}

// Without leaves fields out: words that were issued to be read, and may have been put right because they said too much.
func (w Was) Without(fields ...string) Was {
	for _, f := range fields {
		delete(w, f)
	}
	return w
}

// With adds a field that the record itself does not say.
func (w Was) With(field string, value any) Was {
	text, err := json.Marshal(value)
	if err != nil {
		return w
	}
	w = maps.Clone(w)
	if w == nil {
		w = Was{}
	}
	w[field] = text
	return w
}

// Since has an entry say what fields were before it, under "was": those that it says itself, and otherwise than they were.
func (e Entry) Since(was Was) Entry {
	e.was = was
	return e
}

// changed are the fields that were otherwise before.
func (w Was) changed(body json.RawMessage) (Was, error) {
	if len(w) == 0 {
		return nil, nil
	}
	now := Was{}
	if err := json.Unmarshal(body, &now); err != nil {
		return nil, err
	}
	before := Was{}
	for field, value := range w {
		if after, said := now[field]; !said || !bytes.Equal(after, value) {
			before[field] = value
		}
	}
	return before, nil
}

// withWas is a body with what its fields were.
func withWas(body json.RawMessage, was Was) (json.RawMessage, error) {
	before, err := was.changed(body)
	if err != nil || len(before) == 0 {
		return body, err
	}
	text, err := json.Marshal(before)
	if err != nil {
		return nil, err
	}
	head := bytes.TrimSuffix(body, []byte("}"))
	if len(head) > 1 {
		head = append(bytes.Clone(head), ',')
	}
	return append(append(append(bytes.Clone(head), `"was":`...), text...), '}'), nil
}
