// Package redact keeps what must not stand in a log out of it, whoever logs it by mistake: nothing is written but what is
// known to be harmless.
//
// A field is written when its key stands in the table below, and its value has the shape that the table says. Errors, panics
// and messages are words of others: they are written without what looks like a number of a person, and without characters
// beyond the English ones, of which names and what callers say are made; what we tell people in Chinese is known by its code.
package redact

import (
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"strings"
)

// Redacted stands for what is not written.
const Redacted = "[redacted]"

// shape says how a value is written; false when it is not.
type shape func(slog.Value) (string, bool)

// shapes are the keys that may be logged. A key that is not here is a decision that nobody has taken.
var shapes = map[string]shape{
	"error":        words,
	"panic":        words,
	"path":         path,
	"key":          matching(`[a-z][a-z_]*(\.[a-z0-9_]{1,20})+`), // of a parameter
	"kind":         matching(`[a-z_]+`),
	"verb":         matching(`([a-z_]+\.[a-z_]+)?`),
	"delivery":     matching(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`), // id
	"sha256":       matching(`[0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){7,31}`),    // of a public certificate
	"file":         matching(`before-schema-[0-9]+-[0-9T]+\.dump\.gz`),    // that an upgrade wrote
	"position":     number,                                                // in the journal
	"rows":         number,
	"statements":   number,
	"milliseconds": number,
	"try":          number,
}

// Known says whether a key may be logged.
func Known(key string) bool { return shapes[key] != nil }

// Handler writes what is harmless as lines of text.
func Handler(to io.Writer, level slog.Leveler) slog.Handler {
	return slog.NewTextHandler(to, &slog.HandlerOptions{Level: level, ReplaceAttr: attr})
}

// attr is called by slog for every field, those of groups one by one, with values that were asked what they are (LogValuer).
func attr(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 {
		switch a.Key {
		case slog.TimeKey, slog.LevelKey:
			if a.Value.Kind() == slog.KindTime || isLevel(a.Value) {
				return a
			}
		case slog.MessageKey:
			return slog.String(a.Key, clean(a.Value.String()))
		}
	}
	if as, known := shapes[a.Key]; known {
		if text, fits := as(a.Value); fits {
			return slog.String(a.Key, text)
		}
	}
	return slog.String(harmless(a.Key), Redacted)
}

func isLevel(v slog.Value) bool {
	_, ok := v.Any().(slog.Level)
	return ok
}

var key = regexp.MustCompile(`^[A-Za-z][A-Za-z_]{0,30}$`)

// harmless is a key, unless it is none: who logs in pairs and forgets one logs a value as key.
func harmless(k string) string {
	if key.MatchString(k) {
		return k
	}
	return Redacted
}

func matching(pattern string) shape {
	whole := regexp.MustCompile(`^(?:` + pattern + `)$`)
	return func(v slog.Value) (string, bool) {
		return v.String(), v.Kind() == slog.KindString && whole.MatchString(v.String())
	}
}

func number(v slog.Value) (string, bool) {
	switch v.Kind() { //nolint:exhaustive // whatever else is no number
	case slog.KindInt64, slog.KindUint64, slog.KindFloat64, slog.KindBool:
		s := v.String()
		return s, len(s) < 8 // a count; a telephone number is longer
	case slog.KindDuration:
		return v.String(), true
	default:
		return "", false
	}
}

func words(v slog.Value) (string, bool) {
	if v.Kind() == slog.KindAny {
		return clean(fmt.Sprint(v.Any())), true
	}
	return clean(v.String()), true
}

var step = regexp.MustCompile(`^[a-z][a-z._-]{0,40}$`)

// path is the path of a request by the words of our own; what stands between them are ids, codes and names.
func path(v slog.Value) (string, bool) {
	if v.Kind() != slog.KindString {
		return "", false
	}
	parts := strings.Split(v.String(), "/")
	for i, p := range parts {
		if p != "" && p != "v1" && !step.MatchString(p) {
			parts[i] = "*"
		}
	}
	return strings.Join(parts, "/"), true
}

// figures are seven digits or more, however they are parted: telephone and identity numbers, and those of cards.
var figures = regexp.MustCompile(`\+?\d(?:[\s.()-]{0,2}\d){6,}[Xx]?`)

// spoken are runs of characters that are not plain English ones: Chinese, also full-width ones, Tibetan, Uyghur, Mongolian, Korean.
var spoken = regexp.MustCompile(`[^\x00-\x7F…]+`)

func clean(s string) string {
	const most = 2000
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return spoken.ReplaceAllString(figures.ReplaceAllString(s, Redacted), Redacted)
}
