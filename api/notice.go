package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/notice"
)

// NoticeOut is something that the reader is told.
type NoticeOut struct {
	ID       string    `json:"id"`
	Kind     string    `json:"kind"`
	Text     string    `json:"text"`
	TextEn   string    `json:"textEn"`
	Page     string    `json:"page" doc:"where it leads, below /app"`
	Urgent   bool      `json:"urgent"`
	Drill    bool      `json:"drill"`
	Incident string    `json:"incident,omitempty"`
	Read     bool      `json:"read"`
	At       time.Time `json:"at"`
	Version  int64     `json:"version"`
}

// NoticesOut are the notices of an account.
type NoticesOut struct {
	Items  []NoticeOut `json:"items" nullable:"false"`
	Unread int         `json:"unread"`
}

// OutboxLine is one addressee by one channel.
type OutboxLine struct {
	ID      string    `json:"id"`
	Kind    string    `json:"kind"`
	Text    string    `json:"text"`
	TextEn  string    `json:"textEn"`
	Urgent  bool      `json:"urgent"`
	Drill   bool      `json:"drill"`
	Channel string    `json:"channel" enum:"app,sms"`
	To      string    `json:"to" doc:"name of the person or the team"`
	Team    string    `json:"team,omitempty" doc:"id, when it went to the number of a team"`
	State   string    `json:"state"`
	Why     string    `json:"why,omitempty" doc:"no_gateway, drill, demo, no_number, refused, gave_up"`
	Tries   int       `json:"tries,omitempty"`
	At      time.Time `json:"at"`
	Since   time.Time `json:"since" doc:"in this state"`
	Used    []UsedOut `json:"used,omitempty" doc:"after how many tries it was given up"`
	Actions []string  `json:"actions" nullable:"false"`
	Version int64     `json:"version"`
}

// RingOut is an addressee whom somebody has to phone.
type RingOut struct {
	ID      string    `json:"id"`
	Kind    string    `json:"kind"`
	Text    string    `json:"text"`
	TextEn  string    `json:"textEn"`
	Urgent  bool      `json:"urgent"`
	Drill   bool      `json:"drill"`
	To      string    `json:"to" doc:"name of the person or the team"`
	Team    string    `json:"team,omitempty" doc:"id; its page shows the number for a purpose"`
	SMS     string    `json:"sms,omitempty" doc:"state of the short message; absent when none was to go"`
	Why     string    `json:"why,omitempty" doc:"why the short message failed or is held"`
	At      time.Time `json:"at"`
	ReadBy  time.Time `json:"readBy" doc:"until when it should have been read"`
	Called  time.Time `json:"called,omitzero" doc:"the last call"`
	By      string    `json:"by,omitempty" doc:"who phoned last"`
	Outcome string    `json:"outcome,omitempty"`
	Used    []UsedOut `json:"used,omitempty" doc:"by what it should have been read until then"`
	Version int64     `json:"version"`
}

// OutboxOut is what went out in an incident.
type OutboxOut struct {
	Items   []OutboxLine   `json:"items" nullable:"false" doc:"empty on the shelf phone"`
	Phone   []RingOut      `json:"phone" nullable:"false" doc:"on the shelf phone only, the longest unread first"`
	Counts  map[string]int `json:"counts" doc:"waiting, arrived, failed, phone"`
	Calls   bool           `json:"calls" doc:"the actor may write down calls"`
	Gateway bool           `json:"gateway" doc:"a gateway for short messages is configured"`
}

// lineOut is a delivery; of the values used for its notice it takes those about itself.
func lineOut(x notice.Line, used []UsedOut) OutboxLine {
	line := OutboxLine{
		ID: x.ID, Kind: x.Kind, Text: x.Words.Zh, TextEn: x.Words.En, Urgent: x.Urgent, Drill: x.Drill, Channel: x.Channel, To: x.Name, Team: x.Team,
		State: x.State, Why: x.Why, Tries: x.Tries, At: x.At, Since: x.Since, Actions: []string{}, Version: x.Version,
	}
	if x.Resends {
		line.Actions = append(line.Actions, "resend")
	}
	for _, u := range used {
		if u.Part == x.ID {
			line.Used = append(line.Used, u)
		}
	}
	return line
}

func (a *API) outboxLine(ctx context.Context, id string, err error) (*body[OutboxLine], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	x, err := a.s.Notices.Line(ctx, id)
	used, err := a.usedOf(ctx, err, x.Notice)
	return answer(ctx, lineOut(x, used[x.Notice]), err)
}

func outboxOut(o notice.Outbox, used map[string][]UsedOut) OutboxOut {
	out := OutboxOut{Items: []OutboxLine{}, Phone: []RingOut{}, Counts: o.Counts, Calls: o.Calls, Gateway: o.Gate}
	for _, x := range o.Lines {
		out.Items = append(out.Items, lineOut(x, used[x.Notice]))
	}
	for _, x := range o.Rings {
		used := slices.DeleteFunc(slices.Clone(used[x.Notice]), func(u UsedOut) bool { return u.Part != "" })
		out.Phone = append(out.Phone, RingOut{
			ID: x.ID, Kind: x.Kind, Text: x.Words.Zh, TextEn: x.Words.En, Urgent: x.Urgent, Drill: x.Drill, To: x.Name, Team: x.Team, SMS: x.SMS, Why: x.Why,
			At: x.At, ReadBy: x.ReadBy, Called: x.Called, By: x.CallName, Outcome: x.Outcome, Used: used, Version: x.Version,
		})
	}
	return out
}

func (a *API) mine(ctx context.Context, unread bool, limit int) (*body[NoticesOut], error) {
	list, n, err := a.s.Notices.Mine(ctx, unread, limit)
	out := NoticesOut{Items: []NoticeOut{}, Unread: n}
	for _, x := range list {
		out.Items = append(out.Items, NoticeOut{
			ID: x.ID, Kind: x.Kind, Text: x.Words.Zh, TextEn: x.Words.En, Page: x.Page, Urgent: x.Urgent, Drill: x.Drill, Incident: x.Incident,
			Read: x.State == "read", At: x.At, Version: x.Version,
		})
	}
	return answer(ctx, out, err)
}

func (a *API) notices(h huma.API) {
	huma.Register(h, op("notice-mine", http.MethodGet, "/me/notices", "What I am told: the unread first, then the newest", 200),
		func(ctx context.Context, in *struct {
			Unread bool `query:"unread" doc:"only what is unread"`
			Limit  int  `query:"limit" minimum:"1" maximum:"200" default:"100"`
		},
		) (*body[NoticesOut], error) {
			return a.mine(ctx, in.Unread, in.Limit)
		})
	huma.Register(h, op("notice-read", http.MethodPost, "/me/notices/read", "Mark notices as read; doing it again changes nothing", 200),
		func(ctx context.Context, in *struct {
			Body struct {
				Notices []string `json:"notices" nullable:"false" maxItems:"200"`
			}
		},
		) (*body[NoticesOut], error) {
			if err := a.s.Notices.Read(ctx, in.Body.Notices); err != nil {
				return nil, toHTTP(ctx, err)
			}
			return a.mine(ctx, false, 100)
		})
	huma.Register(h, op("sms-receipt", http.MethodPost, "/sms/receipts", "What the gateway says later of a short message; with its bearer token", 204),
		func(ctx context.Context, in *struct {
			Authorization string `header:"Authorization" maxLength:"400" doc:"Bearer and the token of --sms-token-file"`
			Body          struct {
				ID     string `json:"id" format:"uuid"`
				Status string `json:"status" maxLength:"20" doc:"delivered, refused"`
			}
		},
		) (*struct{}, error) {
			token, _ := strings.CutPrefix(in.Authorization, "Bearer ")
			return nil, toHTTP(ctx, a.s.Notices.Receipt(ctx, token, in.Body.ID, in.Body.Status))
		})
	huma.Register(h, op("outbox-list", http.MethodGet, "/incidents/{id}/outbox", "What went out in an incident, and who has to be phoned", 200),
		func(ctx context.Context, in *struct {
			RecordID
			State string `query:"state" enum:"waiting,arrived,failed,phone" default:"phone"`
			Limit int    `query:"limit" minimum:"1" maximum:"500" default:"200"`
		},
		) (*body[OutboxOut], error) {
			o, err := a.s.Notices.Outbox(ctx, in.ID, in.State, in.Limit)
			used, err := a.usedOf(ctx, err, o.Notices()...)
			return answer(ctx, outboxOut(o, used), err)
		})
	huma.Register(h, op("outbox-call", http.MethodPost, "/outbox/phone/{id}/call", "Write down that an addressee was phoned, and what came of it", 204),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID      string `json:"id" format:"uuid"`
				Outcome string `json:"outcome" doc:"reached, passed_on, no_answer"`
			}
		},
		) (*struct{}, error) {
			return nil, toHTTP(ctx, a.s.Notices.Called(ctx, in.Body.ID, in.ID, in.Body.Outcome))
		})
	huma.Register(h, op("outbox-read", http.MethodGet, "/outbox/{id}", "One addressee by one channel", 200),
		func(ctx context.Context, in *RecordID) (*body[OutboxLine], error) {
			return a.outboxLine(ctx, in.ID, nil)
		})
	huma.Register(h, op("outbox-resend", http.MethodPost, "/outbox/{id}/resend", "Send a short message again that failed or was not sent", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID      string `json:"id" format:"uuid"`
				Version int64  `json:"version" minimum:"1"`
			}
		},
		) (*body[OutboxLine], error) {
			return a.outboxLine(ctx, in.ID, a.s.Notices.Resend(ctx, in.Body.ID, in.ID, in.Body.Version))
		})
}
