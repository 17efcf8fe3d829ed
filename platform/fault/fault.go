// Package fault says what went wrong in words a person may read.
//
// An error has a kind (what the caller can do about it), a stable code (what a program can match), and a safe message
// in Chinese and English. The cause stays inside, for the log only: it may hold SQL or personal data and never leaves.
package fault

import (
	"errors"
	"fmt"
)

// Kind tells the caller what can be done about an error. The API turns it into a status; nothing else does.
type Kind int

// The kinds, from "our fault" to "yours".
const (
	Internal    Kind = iota // a defect or a broken machine: nothing the caller sent is to blame
	Invalid                 // the input is wrong; Fields say where
	NotFound                // it does not exist, or the actor may not know that it does
	SignedOut               // no valid session
	Forbidden               // the actor may see the thing, not do this to it
	Conflict                // the state of the thing does not allow it now
	TooMany                 // over a limit; later it may work
	Locked                  // the account is locked for a while
	Unavailable             // the system cannot take it at the moment; nothing was written
)

// Field points at one wrong input by its path in the request body ("body.phone") or its row in a list ("rows[3].plate").
type Field struct {
	Location string
	Code     string
	Zh, En   string
}

// Error is a fault. Build one with New, Wrap or InvalidField; compare with IsKind and HasCode.
type Error struct {
	Kind     Kind
	Code     string
	Zh, En   string
	Fields   []Field
	Current  any      // for Conflict: the state as it is now, when the actor may see it
	Possible []string // for Conflict: the verbs that are possible now
	cause    error
}

func (e *Error) Error() string {
	if e.cause != nil {
		return e.Code + ": " + e.En + ": " + e.cause.Error()
	}
	return e.Code + ": " + e.En
}

func (e *Error) Unwrap() error { return e.cause }

// New makes a fault. zh and en are shown to people: no identifiers, no input echoed.
func New(kind Kind, code, zh, en string) *Error {
	return &Error{Kind: kind, Code: code, Zh: zh, En: en}
}

// Wrap makes an internal fault around a cause that only the log may see.
func Wrap(cause error, doing string) *Error {
	return &Error{Kind: Internal, Code: "internal", Zh: "系统内部错误", En: "internal error", cause: fmt.Errorf("%s: %w", doing, cause)}
}

// InvalidField is an Invalid fault about one field.
func InvalidField(location, code, zh, en string) *Error {
	return Invalids(Field{Location: location, Code: code, Zh: zh, En: en})
}

// Invalids is an Invalid fault about several fields; it returns nil when there are none.
func Invalids(fields ...Field) *Error {
	if len(fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Code: "invalid", Zh: "填写有误", En: "some input is not right", Fields: fields}
}

// WithCause keeps a cause for the log.
func (e *Error) WithCause(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// WithCurrent attaches the present state to a conflict.
func (e *Error) WithCurrent(current any) *Error {
	c := *e
	c.Current = current
	return &c
}

// WithPossible names what is possible now.
func (e *Error) WithPossible(verbs ...string) *Error {
	c := *e
	c.Possible = verbs
	return &c
}

// The faults that every context uses.
var (
	ErrNotFound     = New(NotFound, "not_found", "未找到", "not found")
	ErrSignedOut    = New(SignedOut, "signed_out", "请先登录", "sign in first")
	ErrForbidden    = New(Forbidden, "forbidden", "没有此项权限", "you may not do this")
	ErrVersionStale = New(Conflict, "version_stale", "内容已被他人更新，请核对后再办", "someone changed this meanwhile")
	ErrIDReused     = New(Conflict, "id_reused", "该编号已被使用", "this id is already in use")
)

// Transition is the conflict of a verb that the state table does not allow; possible are the verbs it does allow.
func Transition(possible ...string) *Error {
	return New(Conflict, "transition", "当前状态不能办理此项", "this is not possible in the present state").WithPossible(possible...)
}

// Is compares by code, so that errors.Is works across copies that carry a cause or a state.
func (e *Error) Is(target error) bool {
	var t *Error
	return errors.As(target, &t) && t.Code == e.Code && t.Kind == e.Kind
}

// KindOf is the kind of err, Internal for an error that is no fault.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}
