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
