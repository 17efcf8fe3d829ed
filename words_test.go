package lianyuan_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// chineseOnly is the Chinese that stands in the program without English beside it, by file: all of a file where nothing follows,
// else what it says there. Everything else that somebody could read is said in both languages.
var chineseOnly = map[string][]string{
	// Papers that an office files, and their workbook: official documents have one language.
	"domain/situation/paper.go":     nil,
	"domain/situation/book.go":      nil,
	"domain/pass/tollist.go":        nil, // as toll stations take it
	"platform/document/document.go": nil,
	"platform/document/parts.go":    nil, // names of typefaces and styles
	// Names, and the words that names are made of.
	"domain/place/base.go":      {"全国"}, // the pages say the whole country in the language of the reader
	"domain/place/near.go":      nil,
	"domain/place/villages.go":  nil,
	"domain/equipment/plate.go": nil,
	"domain/reception/point.go": {"接待报备点"}, // as its sign says; the group changes it
	"domain/access/enrol.go":    {"联援"},    // among the accounts of an authenticator
	"api/deployment.go":         {"应急管理部", "市", "应急管理厅", "应急管理局"},
	// Words of the source documents and values of parameters, which are read here and not said.
	"domain/incident/incident.go": {"特别重大", "重大", "较大", "一般"},
	"domain/incident/roster.go":   {"综合", "协调", "保障"},
	"domain/support/support.go":   {"交通", "通信", "装备", "器材", "物资", "油料", "食宿", "生活"},
	// Reasons on record, which have a key that pages say them by.
	"domain/pass/cause.go":       {"已换发返程通行证", "该队报名未获批准或已不含该车", "新的返程时段不在已报送的名单内，须重新报送"},
	"domain/destruction/work.go": {"恢复的备份含已销毁的个人信息，按原决定再次销毁"},
	// Halves of sentences whose English is put together beside them.
	"domain/place/desk.go":      {"，由", "承接；新办事项请选择承接地区"},
	"domain/pass/paper_page.go": {"%d 人"},
	"cmd/lianyuan/help.go":      nil, // its own test holds both halves to each other
}

var (
	latinWords = regexp.MustCompile(`[A-Za-z]{2,}[^A-Za-z]+[A-Za-z]{2,}`)
	tagOfGo    = regexp.MustCompile(`^\w+:"`)
)

func han(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// saysOf are the texts inside an expression.
func saysOf(n ast.Node) (all []string) {
	ast.Inspect(n, func(n ast.Node) bool {
		if b, ok := n.(*ast.BasicLit); ok && b.Kind == token.STRING {
			text, _ := strconv.Unquote(b.Value)
			all = append(all, text)
		}
		return true
	})
	return all
}

// inEnglish may hold a term in Chinese among its words, and be empty, as of what Chinese counts by and English does not.
func inEnglish(n ast.Node) bool {
	all := saysOf(n)
	return len(all) > 0 && !slices.ContainsFunc(all, func(s string) bool { return han(s) && !latinWords.MatchString(s) })
}

// partners are those of a list that are followed by their English: fault.New(kind, "code", "中文", "English"), {"中文", "English"},
// Zh: "中文", En: "English", zh, en := "中文", "English".
func partners(list []ast.Expr) (found []ast.Node) {
	named := func(e ast.Expr) (string, ast.Expr) {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			return "", e
		}
		key, _ := kv.Key.(*ast.Ident)
		if key == nil {
			return "-", kv.Value
		}
		return key.Name, kv.Value
	}
	for i, e := range list {
		name, says := named(e)
		if i+1 == len(list) || !slices.ContainsFunc(saysOf(says), han) {
			continue
		}
		next, english := named(list[i+1])
		of, zh := strings.CutSuffix(name, "Zh")
		if (name == "" && next == "" || zh && next == of+"En") && inEnglish(english) {
			found = append(found, says)
		}
	}
	return found
}

// alone are the texts of a file in Chinese that have no English beside them, nor hold it themselves.
func alone(file *ast.File) (texts []string) {
	told := map[ast.Node]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		var list []ast.Expr
		switch x := n.(type) {
		case *ast.CallExpr:
			list = x.Args
		case *ast.CompositeLit:
			list = x.Elts
		case *ast.AssignStmt:
			list = x.Rhs
		case *ast.ReturnStmt:
			list = x.Results
		case *ast.ValueSpec:
			list = x.Values
		}
		for _, says := range partners(list) {
			told[says] = true
		}
		return true
	})
	ast.Inspect(file, func(n ast.Node) bool {
		if told[n] {
			return false
		}
		if b, ok := n.(*ast.BasicLit); ok && b.Kind == token.STRING {
			if text, _ := strconv.Unquote(b.Value); han(text) && !latinWords.MatchString(text) && !tagOfGo.MatchString(text) {
				texts = append(texts, text)
			}
		}
		return true
	})
	return texts
}

// Whatever the program itself says in Chinese it says in English too; where it does not, chineseOnly says so.
func TestChineseHasEnglishBesideIt(t *testing.T) {
	used, of := map[string]bool{}, token.NewFileSet()
	for _, dir := range []string{"api", "app", "cmd", "domain", "platform"} {
		err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
			name = filepath.ToSlash(name)
			world := strings.HasPrefix(name, "app/demo") || strings.HasPrefix(name, "app/apptest/") // an invented world, and tests
			if err != nil || d.IsDir() || world || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(of, name, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			allowed, listed := chineseOnly[name]
			for _, text := range alone(file) {
				if used[name] = true; !listed || allowed != nil && !slices.Contains(allowed, text) {
					t.Errorf("%s says %q, and nothing beside it in English", name, text)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for name := range chineseOnly {
		if !used[name] {
			t.Errorf("%s says nothing in Chinese alone any more: take it off the list", name)
		}
	}
}
