package redact_test

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"lianyuan/platform/redact"
	"lianyuan/platform/seal"
)

// planted are numbers and names of nobody, and what nobody said.
var planted = []string{"13800007711", "138 0000 7711", "+86-138-0000-7711", "023-85557733", "990000196403050018", "99000019640305001X", "欧阳栖迟", "灶台上那只蓝壶", "１３８０００７７１１", "བསྟན་འཛིན", "ئالىم", "ᠪᠠᠲᠤ", "김철수", "١٣٨٠٠٠٠٧٧١١"}

func logger() (*slog.Logger, *bytes.Buffer) {
	var b bytes.Buffer
	return slog.New(redact.Handler(&b, slog.LevelDebug)), &b
}

type person struct{ Name, Phone string }

type said struct{ words string }

func (s said) LogValue() slog.Value { return slog.StringValue(s.words) }

// Whatever is logged, by whatever way, no planted value is written.
func TestNothingPlantedIsWritten(t *testing.T) {
	for _, p := range planted {
		for way, write := range map[string]func(l *slog.Logger){
			"a message":      func(l *slog.Logger) { l.Info("called " + p) }, //nolint:sloglint // as nobody should
			"an unknown key": func(l *slog.Logger) { l.Info("x", slog.String("contact", p)) },
			"pairs":          func(l *slog.Logger) { l.Warn("x", []any{"phone", p, "other", p}...) },
			"a value as key": func(l *slog.Logger) { l.Warn("x", []any{p, 1}...) },
			"one too few":    func(l *slog.Logger) { l.Warn("x", []any{p}...) },
			"an error":       func(l *slog.Logger) { l.Error("x", slog.Any("error", errors.New("to "+p+" refused"))) },
			"a wrapped error": func(l *slog.Logger) {
				l.Error("x", slog.Any("error", fmt.Errorf("gateway: %w", fmt.Errorf("{%q}", p))))
			},
			"a panic": func(l *slog.Logger) { l.Error("x", slog.Any("panic", person{p, p})) },
			"a known key": func(l *slog.Logger) {
				l.Info("x", slog.String("delivery", p), slog.String("verb", p), slog.String("kind", p), slog.String("key", p))
			},
			"a struct": func(l *slog.Logger) { l.Info("x", slog.Any("rows", person{p, p}), slog.Any("who", &person{p, p})) },
			"a path":   func(l *slog.Logger) { l.Info("x", slog.String("path", "/api/v1/"+p+"/reports")) },
			"a group": func(l *slog.Logger) {
				l.Info("x", slog.Group("caller", slog.String("name", p), slog.String("kind", p)))
			},
			"a logger with a field":  func(l *slog.Logger) { l.With(slog.String("caller", p)).Info("x") },
			"a logger with a group":  func(l *slog.Logger) { l.WithGroup("caller").Info("x", slog.String("msg", p), slog.String("time", p)) },
			"a value that says":      func(l *slog.Logger) { l.Info("x", slog.Any("caller", said{p}), slog.Any("verb", said{p})) },
			"a sealed text":          func(l *slog.Logger) { l.Info("x", slog.Any("error", seal.Text{Plain: p})) },
			"bytes":                  func(l *slog.Logger) { l.Info("x", slog.Any("body", []byte(p))) },
			"the level":              func(l *slog.Logger) { l.Info("x", slog.String("level", p), slog.String("time", p)) },
			"the log of the library": func(l *slog.Logger) { slog.NewLogLogger(l.Handler(), slog.LevelError).Printf("http: %s", p) },
		} {
			l, b := logger()
			write(l)
			if got := b.String(); got == "" || strings.Contains(got, p) {
				t.Errorf("%s: %s", way, got)
			}
		}
	}
	l, b := logger()
	l.Info("x", slog.Int64("rows", 13800007711), slog.Any("when", time.Now()), slog.Any("error", map[string]any{"phone": 13800007711}))
	if strings.Contains(b.String(), "13800007711") {
		t.Errorf("a number as number: %s", b)
	}
}

// What helps to find a fault is written.
func TestWhatIsHarmlessIsWritten(t *testing.T) {
	l, b := logger()
	l.Warn("the gateway did not take a short message", slog.String("delivery", "0198ab00-7c1d-7e00-8000-0123456789ab"), slog.Int("try", 3), slog.Any("error", errors.New("connection refused")),
		slog.String("verb", "report.joined"), slog.String("key", "need.points.kind.other"), slog.String("path", "/api/v1/reports/0198ab00/merge"), slog.Int64("milliseconds", 72))
	for _, want := range []string{
		`level=WARN msg="the gateway did not take a short message"`, "delivery=0198ab00-7c1d-7e00-8000-0123456789ab", "try=3", `error="connection refused"`, "verb=report.joined",
		"key=need.points.kind.other", "path=/api/v1/reports/*/merge", "milliseconds=72", "time=",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%s is missing: %s", want, b)
		}
	}
}

// Every key that the program logs is one that may be: another would only ever be redacted. And nobody logs past the handler.
func TestEveryKeyIsKnown(t *testing.T) {
	found := 0
	for _, root := range []string{"../../domain", "../../platform", "../../api", "../../app", "../../cmd"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				f, ok := call.Fun.(*ast.SelectorExpr)
				if !ok || len(call.Args) == 0 {
					return true
				}
				of, ok := f.X.(*ast.Ident)
				if !ok {
					return true
				}
				if of.Name == "log" && f.Sel.Name != "New" {
					t.Errorf("%s: %s.%s", path, of.Name, f.Sel.Name)
				}
				key, ok := call.Args[0].(*ast.BasicLit)
				if of.Name != "slog" || !ok || len(call.Args) != 2 || strings.HasSuffix(path, "redact.go") {
					return true
				}
				name, _ := strconv.Unquote(key.Value)
				if found++; !redact.Known(name) {
					t.Errorf("%s logs %q", path, name)
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if found < 15 {
		t.Errorf("%d keys", found)
	}
}
