package notice

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"lianyuan/domain/incident"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// body is the public fields of a journal row.
type body map[string]any

func (b body) text(field string) string {
	s, _ := b[field].(string)
	return s
}

// field is a public field; that of a name that begins with was. is what it was before the change, which the row says only of
// what is otherwise now.
func (b body) field(name string) (v any, ok bool) {
	now, before := strings.CutPrefix(name, "was.")
	if before {
		if was, _ := b["was"].(map[string]any); was != nil {
			if v, ok = was[now]; ok {
				return v, true
			}
		}
	}
	v, ok = b[now]
	return v, ok
}

var slot = regexp.MustCompile(`\{((?:was\.)?[a-zA-Z]+)\}`)

// fields are those of b that the words of a kind take: nothing else is kept.
func (k Kind) fields(b body) map[string]any {
	kept := map[string]any{}
	for _, m := range slot.FindAllStringSubmatch(k.Zh+k.En, -1) {
		if v, ok := b.field(m[1]); ok {
			kept[m[1]] = v
		}
	}
	return kept
}

// Words are what a notice says, in both languages.
type Words struct{ Zh, En string }

// around are the words that come from the incident: its name, and the numbers by which it is reached now.
type around struct {
	name     string
	contacts string
}

// shownContacts is how many numbers a message holds; the page of the incident holds all.
const shownContacts = 4

func aroundOf(tx *db.Tx, id string) (a around, err error) {
	if id == "" {
		return a, nil
	}
	i, err := incident.ByID(tx, id)
	if err != nil {
		return a, err
	}
	list, err := incident.Contacts(tx, id)
	var numbers []string
	for _, c := range list[:min(len(list), shownContacts)] {
		numbers = append(numbers, c.Name+" "+c.Number)
	}
	return around{i.Name, strings.Join(numbers, "；")}, err
}

// words fills the template of a kind. A field that the row did not have reads "—".
func (n Notice) words(a around) Words {
	k, known := KindOf(n.Kind)
	if !known {
		return Words{"消息类别已停用。", "This kind of notice is no longer in use."}
	}
	fill := func(template string) string {
		return slot.ReplaceAllStringFunc(template, func(s string) string {
			switch field := s[1 : len(s)-1]; field {
			case "incident":
				return orDash(a.name)
			case "contacts":
				return orDash(a.contacts)
			default:
				return orDash(plain(n.Body[field]))
			}
		})
	}
	w := Words{fill(k.Zh), fill(k.En)}
	if a.name != "" {
		w.Zh, w.En = a.name+"："+w.Zh, a.name+": "+w.En
	}
	if n.Drill {
		w.Zh, w.En = "【演练】"+w.Zh, "[Drill] "+w.En
	}
	return w
}

// page is where the reader of a notice goes.
func (n Notice) page() string {
	k, _ := KindOf(n.Kind)
	return strings.NewReplacer("{subject}", n.Subject, "{incident}", n.Incident).Replace(k.Page)
}

func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

// plain is a field as people read it: a time as 06-18 10:02.
func plain(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		if t, err := time.Parse(time.RFC3339Nano, v); err == nil {
			return t.In(clock.Beijing).Format("01-02 15:04")
		}
		return v
	case float64:
		return fmt.Sprintf("%g", v)
	}
	return fmt.Sprint(v)
}
