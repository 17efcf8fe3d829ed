package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"lianyuan/platform/fault"
)

// Problem is an error on the wire (RFC 9457), with a stable code and both languages. It never echoes input.
type Problem struct { //nolint:errname // RFC 9457 calls it so
	Type     string         `json:"type" doc:"always about:blank: the code tells"`
	Title    string         `json:"title"`
	Status   int            `json:"status"`
	Code     string         `json:"code" doc:"stable, for programs"`
	Detail   string         `json:"detail" doc:"for people, in the language asked for"`
	DetailZh string         `json:"detailZh"`
	DetailEn string         `json:"detailEn"`
	Errors   []ProblemField `json:"errors,omitempty"`
	Current  any            `json:"current,omitempty" doc:"the present state, on a conflict"`
	Possible []string       `json:"possible,omitempty" doc:"the verbs that are possible now, on a conflict"`
}

// ProblemField is one wrong input.
type ProblemField struct {
	Location  string `json:"location" doc:"body.phone, rows[3].plate"`
	Code      string `json:"code"`
	Message   string `json:"message"`
	MessageZh string `json:"messageZh"`
	MessageEn string `json:"messageEn"`
}

func (p *Problem) Error() string { return p.Code }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of RFC 9457.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// statuses is the one place where kinds become statuses.
var statuses = map[fault.Kind]int{
	fault.Internal: 500, fault.Invalid: 422, fault.NotFound: 404, fault.SignedOut: 401, fault.Forbidden: 403,
	fault.Conflict: 409, fault.TooMany: 429, fault.Locked: 423, fault.Unavailable: 503,
}

var (
	errNoOperation = fault.New(fault.NotFound, "no_operation", "没有这个接口", "there is no such operation")
	errCrossSite   = fault.New(fault.Forbidden, "cross_site", "请求来自其他网站，未予受理；请从本系统页面操作", "the request comes from another site; use the pages of this system")
	errPanic       = fault.New(fault.Internal, "internal", "系统内部错误", "internal error")
	errTooMany     = fault.New(fault.TooMany, "too_many", "操作太频繁，请稍后再试", "too many requests; try again later")
)

func isSignedOut(err error) bool { return fault.KindOf(err) == fault.SignedOut }

// toHTTP turns an error of a use case into one for the wire; nil stays nil.
func toHTTP(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, context.Canceled) {
		return &Problem{Type: "about:blank", Title: "client closed request", Status: 499, Code: "cancelled"}
	}
	var f *fault.Error
	if !errors.As(err, &f) {
		f = fault.Wrap(err, "request")
	}
	p := &Problem{
		Type: "about:blank", Title: http.StatusText(statuses[f.Kind]), Status: statuses[f.Kind], Code: f.Code, DetailZh: f.Zh, DetailEn: f.En,
		Current: f.Current, Possible: f.Possible,
	}
	for _, x := range f.Fields {
		p.Errors = append(p.Errors, ProblemField{Location: x.Location, Code: x.Code, MessageZh: x.Zh, MessageEn: x.En})
	}
	if p.Status >= 500 {
		slog.ErrorContext(ctx, "request failed", slog.Any("error", err))
	}
	p.speak(languageFrom(ctx))
	return p
}

// speak fills in the messages of the language asked for.
func (p *Problem) speak(lang string) {
	p.Detail = p.DetailZh
	if lang == "en" {
		p.Detail = p.DetailEn
	}
	for i := range p.Errors {
		e := &p.Errors[i]
		e.Message = e.MessageZh
		if lang == "en" {
			e.Message = e.MessageEn
		}
	}
}

// newProblem is huma's own errors (a body that is no JSON, a value of the wrong type) in our shape. huma's messages
// may quote the input, so they are dropped: the place says enough.
func newProblem(status int, _ string, errs ...error) huma.StatusError {
	if slices.ContainsFunc(errs, func(err error) bool {
		var most *http.MaxBytesError
		return errors.As(err, &most)
	}) {
		status = http.StatusRequestEntityTooLarge
	}
	p := &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: "invalid", DetailZh: "填写有误", DetailEn: "some input is not right"}
	switch {
	case status >= 500:
		p.Code, p.DetailZh, p.DetailEn = "internal", "系统内部错误", "internal error"
	case status == http.StatusRequestEntityTooLarge:
		p.Code, p.DetailZh, p.DetailEn = "body_too_large", "提交的内容过大", "the request is too large"
	case status == http.StatusUnsupportedMediaType:
		p.Code, p.DetailZh, p.DetailEn = "media_type", "不支持的内容类型", "this content type is not supported"
	}
	for _, err := range errs {
		var d huma.ErrorDetailer
		if errors.As(err, &d) {
			at := d.ErrorDetail().Location
			if field := fieldIn(d.ErrorDetail().Message); field != "" {
				at += "." + field
			}
			field := ProblemField{Location: at, Code: "shape", MessageZh: "格式不正确或缺少必填项", MessageEn: "the value is missing or has the wrong shape"}
			if d.ErrorDetail().Message == validation.MsgUnexpectedProperty { // the name of the property is input, too
				field.Location, _, _ = strings.Cut(at, ".")
				field.Code, field.MessageZh, field.MessageEn = "unknown_field", "含有没有定义的字段，请对照接口文档", "there is a field in it that is not defined: compare with the document of the API"
			}
			p.Errors = append(p.Errors, field)
		}
	}
	p.speak("zh")
	return p
}

// missingField finds the field in an error of huma about one that is not there: a name of ours, nothing of the input.
var missingField = regexp.MustCompile(`^expected required property (\w+) to be present`)

func fieldIn(message string) string {
	if field := missingField.FindStringSubmatch(message); field != nil {
		return field[1]
	}
	return ""
}

func writeProblem(w http.ResponseWriter, r *http.Request, err error) {
	var p *Problem
	if !errors.As(err, &p) {
		p = &Problem{Status: http.StatusInternalServerError, Code: "internal"}
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	if r.Method != http.MethodHead {
		_ = json.NewEncoder(w).Encode(p) // the client went away: nobody is left to tell
	}
}

type languageKey struct{}

func withLanguage(ctx context.Context, lang string) context.Context {
	return context.WithValue(ctx, languageKey{}, lang)
}

func languageFrom(ctx context.Context) string {
	lang, _ := ctx.Value(languageKey{}).(string)
	return lang
}

// English says whether a request asks for English before Chinese.
func English(r *http.Request) bool { return languageOf(r.Header.Get("Accept-Language")) == "en" }

// languageOf is "en" when English is asked for before Chinese, else "zh".
func languageOf(accept string) string {
	for part := range strings.SplitSeq(strings.ToLower(accept), ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		switch {
		case strings.HasPrefix(tag, "zh"):
			return "zh"
		case strings.HasPrefix(tag, "en"):
			return "en"
		}
	}
	return "zh"
}
