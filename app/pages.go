package app

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"html/template"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/skip2/go-qrcode"

	"lianyuan/api"
	"lianyuan/web"
)

// pages serves what `npm run build` put into the binary.
type pages struct {
	dist  fs.FS
	staff bool // the workbench too, not only the public face
	demo  bool // every page says that this is an invented world

	mu     sync.Mutex
	zipped map[string][]byte // text files, compressed at the first request, by name and language
}

func newPages(staff, demo bool) *pages {
	dist, err := fs.Sub(web.Dist, "dist")
	if err != nil {
		panic(err) // dist is embedded at build time
	}
	return &pages{dist: dist, staff: staff, demo: demo, zipped: map[string][]byte{}}
}

// routes: the public face at / and /receipt, the workbench below /app/, hashed files below /assets/. Only a page asked
// for as a page falls back to the workbench; a missing file is a missing file.
func (p *pages) routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /{$}", p.page("index.html"))
	mux.HandleFunc("GET /report", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusSeeOther) })
	mux.HandleFunc("GET /receipt", p.page("receipt.html"))
	mux.HandleFunc("GET /assets/", p.file("public, max-age=31536000, immutable"))
	if p.staff {
		mux.Handle("GET /app", http.RedirectHandler("/app/", http.StatusSeeOther))
		mux.HandleFunc("GET /app/", p.page("app/index.html"))
	}
	mux.HandleFunc("/", p.file("public, max-age=3600"))
}

func (p *pages) page(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		accept := r.Header.Get("Accept")
		if !strings.Contains(accept, "text/html") && !strings.Contains(accept, "*/*") && accept != "" {
			missing(w, r)
			return
		}
		p.serve(w, r, name, "no-cache")
	}
}

func (p *pages) file(cache string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		if (r.Method != http.MethodGet && r.Method != http.MethodHead) || strings.HasSuffix(name, ".html") || (!p.staff && strings.HasPrefix(name, "app/")) {
			missing(w, r)
			return
		}
		p.serve(w, r, name, cache)
	}
}

func (p *pages) serve(w http.ResponseWriter, r *http.Request, name, cache string) {
	b, err := fs.ReadFile(p.dist, name)
	if err != nil {
		missing(w, r)
		return
	}
	if p.demo && strings.HasSuffix(name, ".html") {
		b = marked(b)
	}
	kind := mime.TypeByExtension(path.Ext(name))
	if kind == "" {
		kind = http.DetectContentType(b)
	}
	head := w.Header()
	head.Set("Content-Type", kind)
	head.Set("Cache-Control", cache)
	head.Add("Vary", "Accept-Encoding")
	if strings.HasSuffix(name, ".html") {
		head.Add("Vary", "Accept-Language")
		if api.English(r) {
			name, b = name+" en", inEnglish(b)
		}
	}
	if compressible(kind) && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		head.Set("Content-Encoding", "gzip")
		b = p.gzip(name, b)
	}
	head.Set("Content-Length", strconv.Itoa(len(b)))
	_, _ = w.Write(b) //nolint:gosec // files of our own build
}

// marked is a page that says it belongs to a demo world: to who reads it without scripts too, and to the scripts of those
// who have not signed in.
func marked(page []byte) []byte {
	page = bytes.Replace(page, []byte("<html "), []byte("<html data-demo "), 1)
	return bytes.Replace(page, []byte(`<body class="public">`), []byte(`<body class="public">
<aside class="demo">演示环境：人员、队伍、号码都是虚构的<br><span lang="en">Demonstration: people, teams and numbers are invented</span></aside>`), 1)
}

// A page that must speak without scripts holds its English words beside the Chinese ones, in data-en.
var (
	bothWords = regexp.MustCompile(`(<[^>]*) data-en="([^"]*)"([^>]*>)[^<]*`)
	pageIn    = []byte(` lang="zh-CN">`)
)

// inEnglish is a page of the build in English.
func inEnglish(page []byte) []byte {
	page = bytes.Replace(page, pageIn, []byte(` lang="en">`), 1)
	return bothWords.ReplaceAll(page, []byte("$1$3$2"))
}

func compressible(kind string) bool {
	return strings.HasPrefix(kind, "text/") || strings.Contains(kind, "javascript") || strings.Contains(kind, "json") || strings.Contains(kind, "svg")
}

func (p *pages) gzip(name string, b []byte) []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	if z, ok := p.zipped[name]; ok {
		return z
	}
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return b
	}
	_, _ = z.Write(b) // a bytes.Buffer never fails
	_ = z.Close()
	p.zipped[name] = out.Bytes()
	return p.zipped[name]
}

// missingPage is for who mistyped an address, perhaps in need.
var missingPage = template.Must(template.New("missing").Parse(`<!doctype html>
<html lang="{{if .En}}en{{else}}zh-CN{{end}}"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>{{if .En}}No such page{{else}}没有这个页面{{end}} · {{if .En}}Lianyuan{{else}}联援{{end}}</title><link rel="stylesheet" href="/plain.css">
<body>
<header><h1>{{if .En}}No such page{{else}}没有这个页面{{end}}</h1></header>
<p class="danger">{{if .En}}Life in danger? First call{{else}}有生命危险，请先打{{end}} <a href="tel:119">119</a>{{if .En}}, {{else}}、{{end}}<a href="tel:120">120</a>{{if .En}}, {{else}}、{{end}}<a href="tel:110">110</a></p>
<main>
<p>{{if .En}}Check the address.{{else}}请核对网址。{{end}} <a href="/">{{if .En}}Ask for help{{else}}我要求助{{end}}</a></p>
</main></body></html>`))

// missing answers what is not there: a page to whoever takes one, a line to programs.
func missing(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head.Add("Vary", "Accept")
	if !strings.Contains(r.Header.Get("Accept"), "text/html") {
		http.Error(w, "没有找到\nnot found", http.StatusNotFound)
		return
	}
	head.Add("Vary", "Accept-Language")
	head.Set("Content-Type", "text/html; charset=utf-8")
	head.Set("Cache-Control", "no-cache")
	w.WriteHeader(http.StatusNotFound)
	_ = missingPage.Execute(w, struct{ En bool }{api.English(r)}) // the client went away: nobody is left to tell
}

// trustPage tells how to trust the local authority, with a code for phones.
var trustPage = template.Must(template.New("trust").Parse(`<!doctype html>
<html lang="{{if .En}}en{{else}}zh-CN{{end}}"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{{if .En}}Trust this server{{else}}信任本机证书{{end}} · {{if .En}}Lianyuan{{else}}联援{{end}}</title><link rel="stylesheet" href="/plain.css">
<body>
<header><h1>{{if .En}}Trust this server{{else}}信任本机证书{{end}}</h1></header>
<main>
<p>{{if .En}}On a site without internet this system issues its own certificates. Scan the code or download the certificate, install and trust it in the settings of the device, then open this site again.{{else}}本系统在没有互联网的现场自行签发证书。手机扫码或下载下面的证书，在系统设置中安装并信任后，再打开本站。{{end}}</p>
<p><img alt="{{.URL}}" width="256" height="256" src="data:image/png;base64,{{.Code}}"></p>
<p><a href="/trust/authority.crt">{{if .En}}Download authority.crt{{else}}下载证书 authority.crt{{end}}</a></p>
<p>{{if .En}}Before you install it, compare its fingerprint (SHA-256) with the administrator, who sees the same in the terminal of the server.{{else}}安装前请与管理员核对证书指纹（SHA-256）。管理员可在服务器终端上看到同样的指纹。{{end}}</p>
<p class="print">{{range .Print}}{{.}}<br>{{end}}</p>
</main></body></html>`))

func trustPages(mux *http.ServeMux, authority []byte) {
	mux.HandleFunc("GET /trust/authority.crt", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-x509-ca-cert")
		_, _ = w.Write(authority) // the client went away: nobody is left to tell
	})
	mux.HandleFunc("GET /trust", func(w http.ResponseWriter, r *http.Request) {
		url := "https://" + r.Host + "/trust/authority.crt"
		code, err := qrcode.Encode(url, qrcode.Medium, 256)
		if err != nil {
			http.Error(w, "二维码生成失败\nthe code could not be made", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Add("Vary", "Accept-Language")
		_ = trustPage.Execute(w, map[string]any{"En": api.English(r), "URL": url, "Code": base64.StdEncoding.EncodeToString(code), "Print": inRows(Fingerprint(authority))}) // as above
	})
}

// inRows parts a fingerprint into rows of eight bytes: on a phone it would break anywhere, and be hard to compare.
func inRows(print string) (rows []string) {
	for row := range slices.Chunk([]byte(print), 8*len("FF:")) {
		rows = append(rows, string(row))
	}
	return rows
}

// Fingerprint is the SHA-256 of a certificate, as people compare it.
func Fingerprint(certificate []byte) string {
	block, _ := pem.Decode(certificate)
	if block == nil {
		return ""
	}
	parts := []string{}
	for _, b := range sha256.Sum256(block.Bytes) {
		parts = append(parts, fmt.Sprintf("%02X", b))
	}
	return strings.Join(parts, ":")
}
