package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"lianyuan/platform/id"
)

// cry is a call for help as it was understood. What could not be read stands in unread as it came, and a mark says so:
// nothing that could be a cry for help is refused, and nothing of it is lost.
type cry struct {
	NewReport
	unread string
	marks  []string // flags: unread, cut, odd_people, odd_place, odd_clock
}

// maxUnread is how much is kept of one value that could not be read, and maxAllUnread of all of them, in characters.
const maxUnread, maxAllUnread = 500, 4000

// readBody reads what a client sent, as far as the limit goes; cut says that there was more. A connection that breaks off
// is an error: the phone sends the whole again, and a half would stand under its id.
func readBody(body io.Reader) (raw []byte, cut bool, err error) {
	raw, err = io.ReadAll(body)
	var tooMuch *http.MaxBytesError
	if errors.As(err, &tooMuch) {
		return raw, true, nil
	}
	return raw, false, err
}

// readCry understands a body. What our own page sends is decoded at once; everything else is read field by field.
func readCry(raw []byte, cut bool, contentType string) cry {
	var c cry
	if !cut && json.Unmarshal(raw, &c.NewReport) == nil {
		return c
	}
	c = cry{}
	switch fields, rest := fieldsOf(raw); {
	case fields != nil:
		c.readFields(fields)
		c.leave("…", string(rest))
	case strings.HasPrefix(contentType, "application/x-www-form-urlencoded"):
		c = formCry(formOf(raw))
	default: // whatever it is, somebody wrote it
		c.Text = string(raw)
		c.mark(len(bytes.TrimSpace(raw)) > 0, "unread")
	}
	c.mark(cut, "cut")
	return c
}

func (c *cry) mark(on bool, flag string) {
	if on && !slices.Contains(c.marks, flag) {
		c.marks = append(c.marks, flag)
	}
}

// leave keeps a value that could not be read, under its name.
func (c *cry) leave(field, value string) {
	if value = strings.TrimSpace(value); value == "" {
		return
	}
	c.mark(true, "unread")
	line := field + ": " + value
	if utf8.RuneCountInString(line) > maxUnread {
		line = string([]rune(line)[:maxUnread]) + "…"
		c.mark(true, "cut")
	}
	if utf8.RuneCountInString(c.unread+line) > maxAllUnread {
		c.mark(true, "cut")
		return
	}
	c.unread += line + "\n"
}

// fieldsOf are the fields of a JSON object; nil when it is none. Of one that breaks off they are those before the break and
// what was there of the last; when that cannot be read, it is the rest.
func fieldsOf(raw []byte) (fields map[string]json.RawMessage, rest []byte) {
	if !bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{")) {
		return nil, nil
	}
	if json.Unmarshal(raw, &fields) == nil {
		return fields, nil
	}
	whole, field := mended(raw)
	fields = nil
	if json.Unmarshal(whole, &fields) == nil {
		return fields, nil
	}
	fields = nil
	if field > 0 && json.Unmarshal(append(slices.Clone(raw[:field]), '}'), &fields) == nil {
		return fields, raw[field+1:]
	}
	return nil, nil
}

// mended ends an object where it broke off, and says where the field before the last ended.
func mended(raw []byte) (whole []byte, field int) {
	var open []byte // what is to be closed
	quoted, escaped := false, false
	last := -1 // where the last escape began
	for i, b := range raw {
		switch {
		case escaped:
			escaped = false
		case quoted && b == '\\':
			escaped, last = true, i
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == '{':
			open = append(open, '}')
		case b == '[':
			open = append(open, ']')
		case (b == '}' || b == ']') && len(open) > 0:
			open = open[:len(open)-1]
		case b == ',' && len(open) == 1:
			field = i
		}
	}
	end := slices.Clone(raw)
	if quoted {
		if last >= 0 && len(raw)-last < len(`\u0000`) { // an escape that may be half
			end = end[:last]
		}
		end = append(end, '"')
	}
	slices.Reverse(open)
	return append(end, open...), field
}

// readFields takes each field as it is meant, in the order of their names.
func (c *cry) readFields(fields map[string]json.RawMessage) {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		value := fields[name]
		quoted, err := json.Marshal(name)
		if err == nil && json.Unmarshal(fmt.Appendf(nil, "{%s:%s}", quoted, value), &c.NewReport) == nil {
			continue
		}
		c.readField(name, value)
	}
}

// readField takes a value that has not the type of its field.
func (c *cry) readField(name string, value json.RawMessage) {
	text := wordsIn(value)
	switch strings.ToLower(name) {
	case "kind":
		c.Kind = text
	case "text":
		c.Text = text
	case "address":
		c.Address = text
	case "phone":
		c.Phone = text
	case "name":
		c.Name = text
	case "place":
		c.Place = text
	case "people":
		c.readPeople(text)
	case "vulnerable":
		c.readVulnerable(value, text)
	case "point":
		c.readPoint(value)
	case "clienttime":
		c.mark(strings.TrimSpace(text) != "", "odd_clock")
		c.leave("clientTime", text)
	case "asked":
		c.Asked = text == "1" || strings.EqualFold(text, "true")
	case "id":
		c.leave("id", text)
	}
}

// wordsIn is a value as words: of a string what it says, of anything else how it is written.
func wordsIn(value json.RawMessage) (text string) {
	if json.Unmarshal(value, &text) == nil {
		return text
	}
	return string(value)
}

func (c *cry) readPeople(text string) {
	c.People = nil
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' {
			return r - '０' + '0'
		}
		return r
	}, text))
	if text == "" {
		return
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n != math.Trunc(n) || math.Abs(n) > math.MaxInt32 {
		c.mark(true, "odd_people")
		c.leave("people", text)
		return
	}
	whole := int(n)
	c.People = &whole
}

func (c *cry) readVulnerable(value json.RawMessage, text string) {
	c.Vulnerable = nil
	var list []json.RawMessage
	if json.Unmarshal(value, &list) != nil {
		c.Vulnerable = strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,;，、；", r) })
		c.leave("vulnerable", text)
		return
	}
	for _, v := range list {
		var word string
		if json.Unmarshal(v, &word) == nil {
			c.Vulnerable = append(c.Vulnerable, word)
		} else {
			c.leave("vulnerable", string(v))
		}
	}
}

// readPoint takes a position whose figures are there, whatever else is wrong with it.
func (c *cry) readPoint(value json.RawMessage) {
	c.Point = nil
	var parts map[string]json.RawMessage
	if json.Unmarshal(value, &parts) == nil {
		lon, errLon := strconv.ParseFloat(strings.TrimSpace(wordsIn(parts["lon"])), 64)
		lat, errLat := strconv.ParseFloat(strings.TrimSpace(wordsIn(parts["lat"])), 64)
		if errLon == nil && errLat == nil {
			c.Point = &Point{Lon: lon, Lat: lat}
		}
	}
	c.mark(c.Point == nil, "odd_place")
	c.leave("point", string(value))
}

// formOf are the fields of a form. Half a character at the end is left out; a value that is badly written is taken as it
// stands, for it is somebody's words.
func formOf(raw []byte) url.Values {
	form := url.Values{}
	for pair := range strings.SplitSeq(string(raw), "&") {
		name, value, _ := strings.Cut(pair, "=")
		if i := strings.LastIndexByte(value, '%'); i >= 0 && len(value)-i < len("%00") {
			value = value[:i]
		}
		plain, err := url.QueryUnescape(value)
		if err != nil {
			plain = strings.ReplaceAll(value, "+", " ")
		}
		if name, err = url.QueryUnescape(name); err == nil && name != "" {
			form.Add(name, plain)
		}
	}
	return form
}

// formCry is what the form without scripts says.
func formCry(f url.Values) cry {
	c := cry{NewReport: NewReport{
		ID: f.Get("id"), Kind: f.Get("kind"), Text: f.Get("text"), Address: f.Get("address"), Vulnerable: f["vulnerable"], Phone: f.Get("phone"),
		Name: f.Get("name"), Place: f.Get("place"), Asked: f.Get("asked") != "",
	}}
	c.readPeople(f.Get("people"))
	return c
}

// identify gives a call without a usable id one that follows from its words: the same words from the same address are the
// same report as long as a phone tries again.
func (a *API) identify(c *cry, raw []byte, address string) error {
	known, err := id.Parse(strings.TrimSpace(c.ID), "")
	if err == nil {
		c.ID = known
		return nil
	}
	c.leave("id", c.ID)
	c.ID, err = a.s.Needs.IDOf(address, raw)
	return err
}
