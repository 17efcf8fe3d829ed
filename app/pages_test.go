package app

import (
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
)

var han = regexp.MustCompile(`\p{Han}`)

// Each page of the public face has both languages within, so that it speaks without scripts.
func TestPublicPagesSpeakEnglish(t *testing.T) {
	for _, name := range []string{"index.html", "receipt.html"} {
		page, err := os.ReadFile("../web/" + name)
		if err != nil {
			t.Fatal(err)
		}
		english := string(inEnglish(page))
		if !strings.Contains(english, `<html lang="en">`) || strings.Contains(english, "data-en") {
			t.Errorf("%s is not in English: %s", name, english)
		}
		if left := han.FindAllString(strings.ReplaceAll(english, "联援", ""), -1); len(left) > 0 {
			t.Errorf("%s keeps Chinese words in English: %v", name, left)
		}
	}
}

func TestFingerprintsStandInRowsOfWholeBytes(t *testing.T) {
	whole := strings.TrimSuffix(strings.Repeat("AB:", 32), ":")
	rows := inRows(whole)
	if len(rows) != 4 || strings.Join(rows, "") != whole {
		t.Errorf("%q", rows)
	}
	for _, row := range rows {
		if !strings.HasPrefix(row, "AB:") || len(row) > 24 {
			t.Errorf("a row is %q", row)
		}
	}
}

func TestWhatIsNotThereSpeaksBoth(t *testing.T) {
	mux := http.NewServeMux()
	newPages(true, false).routes(mux)
	for _, c := range []struct{ path, accept, language, want string }{
		{"/reprot", "text/html,*/*;q=0.8", "zh-CN", "没有这个页面"},
		{"/reprot", "text/html,*/*;q=0.8", "en", "No such page"},
		{"/assets/nothing.js", "*/*", "en", "not found"},
		{"/assets/nothing.js", "*/*", "zh-CN", "没有找到"},
	} {
		r := httptest.NewRequest(http.MethodGet, c.path, http.NoBody)
		r.Header.Set("Accept", c.accept)
		r.Header.Set("Accept-Language", c.language)
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		page := w.Body.String()
		if w.Code != http.StatusNotFound || !strings.Contains(page, c.want) {
			t.Errorf("%s in %s: %d %s", c.path, c.language, w.Code, page)
		}
		if html := strings.HasPrefix(w.Header().Get("Content-Type"), "text/html"); html != strings.HasPrefix(c.accept, "text/html") {
			t.Errorf("%s comes as %s", c.path, w.Header().Get("Content-Type"))
		}
	}
}

func TestTrustPageSpeaksBoth(t *testing.T) {
	mux := http.NewServeMux()
	trustPages(mux, []byte("no certificate"))
	for accept, want := range map[string]string{"zh-CN": "信任本机证书", "en": "Trust this server"} {
		r := httptest.NewRequest(http.MethodGet, "/trust", http.NoBody)
		r.Header.Set("Accept-Language", accept)
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		if page := w.Body.String(); !strings.Contains(page, want) || (accept == "en" && han.MatchString(strings.ReplaceAll(page, "联援", ""))) {
			t.Errorf("%s: %s", accept, page)
		}
	}
}
