package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/need"
	"lianyuan/domain/org"
	"lianyuan/domain/place"
)

// DecisionIn is a decision of somebody without an account.
type DecisionIn struct {
	ID        string    `json:"id" format:"uuid"`
	DecidedBy string    `json:"decidedBy"`
	How       string    `json:"how" doc:"paper, phone, meeting, system"`
	DecidedAt time.Time `json:"decidedAt"`
	Reference string    `json:"reference,omitempty" doc:"number of the paper or of the other system; an oral decision waits for it"`
	Words     string    `json:"words,omitempty"`
}

func (d DecisionIn) domain() incident.Decision {
	return incident.Decision{ID: d.ID, DecidedBy: d.DecidedBy, How: d.How, DecidedAt: d.DecidedAt, Reference: d.Reference, Words: d.Words}
}

// RosterPersonIn is somebody on a roster.
type RosterPersonIn struct {
	Group string `json:"group"`
	Unit  string `json:"unit"`
	Name  string `json:"name"`
	Post  string `json:"post,omitempty"`
	Duty  string `json:"duty,omitempty"`
	Phone string `json:"phone,omitempty" doc:"left out: the number stays as it was for the same person"`
}

// JoinedOut says how many reports joined an incident.
type JoinedOut struct {
	Joined int  `json:"joined"`
	More   bool `json:"more" doc:"of the area there are more: say it again"`
}

func (a *API) pathsOf(codes []string) (list []place.Path, err error) {
	for i, c := range codes {
		p, err := a.placeAskedIn(c, fmt.Sprintf("body.places[%d]", i))
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

func (a *API) incidents(h huma.API) {
	a.incidentLife(h)
	a.incidentPeople(h)
	a.scans(h)
	a.incidentRosters(h)
	a.incidentContacts(h)
	a.incidentHandovers(h)
	a.directives(h)
	a.incidentWork(h)
}

// incidentLife is the operations of an incident itself.
func (a *API) incidentLife(h huma.API) {
	huma.Register(h, op("incident-list", http.MethodGet, "/incidents", "Incidents that touch my places, the newest first", 200),
		func(ctx context.Context, in *struct {
			State string `query:"state" enum:"open,recorded,active,withdrawing,closed,dropped,all" default:"open"`
			Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
		},
		) (*body[PageOf[IncidentOut]], error) {
			actor, err := access.From(ctx)
			if err != nil {
				return nil, toHTTP(ctx, err)
			}
			list, err := a.s.Incidents.List(ctx, incident.ListFilter{State: in.State, Limit: in.Limit})
			out := PageOf[IncidentOut]{Items: []IncidentOut{}}
			for _, i := range list {
				out.Items = append(out.Items, a.incidentOut(actor, i))
			}
			return answer(ctx, out, err)
		})
	huma.Register(h, op("incident-read", http.MethodGet, "/incidents/{id}", "One incident with everything around it", 200),
		func(ctx context.Context, in *RecordID) (*body[IncidentDetail], error) {
			return a.incidentDetail(ctx, in.ID, nil)
		})
	huma.Register(h, op("incident-record", http.MethodPost, "/incidents", "Record an incident that the mechanism may be activated for", 201), a.incidentRecord)
	huma.Register(h, op("incident-change", http.MethodPost, "/incidents/{id}/change", "Put right what is said of an incident, with a reason", 200), a.incidentChange)
	huma.Register(h, op("incident-activate", http.MethodPost, "/incidents/{id}/activate", "Activate the on-site coordination mechanism", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ReasonIn
				Basis string `json:"basis" doc:"plan, instruction or law it stands on"`
			}
		},
		) (*body[IncidentDetail], error) {
			b := in.Body
			return a.incidentDetail(ctx, in.ID, a.s.Incidents.Activate(ctx, in.ID, incident.Activation{ID: b.ID, Version: b.Version, Reason: b.Reason, Basis: b.Basis}))
		})
	huma.Register(h, op("incident-reopen", http.MethodPost, "/incidents/{id}/reopen", "Run a closed incident again, as headquarters decided", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				Version  int64      `json:"version" minimum:"1"`
				Reason   string     `json:"reason"`
				Decision DecisionIn `json:"decision"`
			}
		},
		) (*body[IncidentDetail], error) {
			b := in.Body
			return a.incidentDetail(ctx, in.ID, a.s.Incidents.Reopen(ctx, in.ID, b.Version, b.Reason, b.Decision.domain()))
		})
	for _, m := range []struct{ verb, summary string }{
		{"drop", "Do not activate the mechanism"},
		{"withdraw", "Begin the withdrawal of all forces"},
		{"resume", "Go back from withdrawal to work"},
		{"close", "Close the incident"},
	} {
		huma.Register(h, op("incident-"+m.verb, http.MethodPost, "/incidents/{id}/"+m.verb, m.summary, 200),
			func(ctx context.Context, in *struct {
				RecordID
				Body ReasonIn
			},
			) (*body[IncidentDetail], error) {
				return a.incidentDetail(ctx, in.ID, a.s.Incidents.Move(ctx, in.ID, m.verb, in.Body.ID, in.Body.Version, in.Body.Reason))
			})
	}
}

func (a *API) incidentRecord(ctx context.Context, in *struct {
	Body struct {
		ID        string    `json:"id" format:"uuid"`
		Name      string    `json:"name"`
		Class     string    `json:"class" doc:"natural, accident, health, security"`
		Severity  int       `json:"severity"`
		Place     string    `json:"place" doc:"division code of the level that commands"`
		Places    []string  `json:"places,omitempty" doc:"division codes of what it touches"`
		HQ        string    `json:"hq,omitempty"`
		Commander string    `json:"commander,omitempty"`
		Began     time.Time `json:"began"`
		Drill     bool      `json:"drill,omitempty"`
	}
},
) (*body[IncidentDetail], error) {
	b := in.Body
	path, err := a.placeAsked(b.Place)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	places, err := a.pathsOf(b.Places)
	if err == nil {
		err = a.s.Incidents.Record(ctx, incident.Incident{
			ID: b.ID, Name: b.Name, Class: b.Class, Severity: b.Severity, Place: path, Places: places, HQ: b.HQ, Commander: b.Commander, Began: b.Began, Drill: b.Drill,
		})
	}
	return a.incidentDetail(ctx, b.ID, err)
}

func (a *API) incidentChange(ctx context.Context, in *struct {
	RecordID
	Body struct {
		ReasonIn
		Name      string   `json:"name"`
		Severity  int      `json:"severity"`
		Places    []string `json:"places,omitempty"`
		HQ        string   `json:"hq,omitempty"`
		Commander string   `json:"commander,omitempty"`
	}
},
) (*body[IncidentDetail], error) {
	b := in.Body
	places, err := a.pathsOf(b.Places)
	if err == nil {
		err = a.s.Incidents.Change(ctx, in.ID, incident.Changes{
			ID: b.ID, Version: b.Version, Reason: b.Reason, Name: b.Name, Severity: b.Severity, Places: places, HQ: b.HQ, Commander: b.Commander,
		})
	}
	return a.incidentDetail(ctx, in.ID, err)
}

// incidentPeople is the operations of those who decide: decisions on behalf, responses.
func (a *API) incidentPeople(h huma.API) {
	huma.Register(h, op("decision-record", http.MethodPost, "/incidents/{id}/decisions", "Record a decision of somebody without an account", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				DecisionIn
				About string `json:"about" doc:"activation, other"`
			}
		},
		) (*body[IncidentDetail], error) {
			d := in.Body.domain()
			d.About = in.Body.About
			return a.incidentDetail(ctx, in.ID, a.s.Incidents.Decide(ctx, in.ID, d))
		})
	huma.Register(h, op("decision-confirm", http.MethodPost, "/incidents/{id}/decisions/{decision}/confirm", "Add the paper that an oral decision waited for", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Decision string `path:"decision" format:"uuid"`
			Body     struct {
				ID        string `json:"id" format:"uuid"`
				Reference string `json:"reference"`
			}
		},
		) (*body[IncidentDetail], error) {
			return a.incidentDetail(ctx, in.ID, a.s.Incidents.Confirm(ctx, in.Body.ID, in.ID, in.Decision, in.Body.Reference))
		})
	huma.Register(h, op("response-record", http.MethodPost, "/incidents/{id}/responses", "Record a response that was started", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID       string     `json:"id" format:"uuid"`
				Name     string     `json:"name"`
				Level    int        `json:"level"`
				Expected string     `json:"expected"`
				Measures string     `json:"measures"`
				Decision DecisionIn `json:"decision"`
			}
		},
		) (*body[IncidentDetail], error) {
			b := in.Body
			return a.incidentDetail(ctx, in.ID, a.s.Incidents.Respond(ctx, in.ID, incident.Response{
				ID: b.ID, Name: b.Name, Level: b.Level, Expected: b.Expected, Measures: b.Measures, Decision: b.Decision.domain(),
			}))
		})
	huma.Register(h, op("response-end", http.MethodPost, "/incidents/{id}/responses/{response}/end", "Record that a response was ended", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Response string `path:"response" format:"uuid"`
			Body     DecisionIn
		},
		) (*body[IncidentDetail], error) {
			return a.incidentDetail(ctx, in.ID, a.s.Incidents.EndResponse(ctx, in.ID, in.Response, in.Body.domain()))
		})
}

// incidentRosters is the operations of the roster of the three groups.
func (a *API) incidentRosters(h huma.API) {
	huma.Register(h, op("roster-save", http.MethodPost, "/incidents/{id}/roster", "Write the roster of the three groups", 200), a.rosterSave)
	huma.Register(h, op("roster-submit", http.MethodPost, "/incidents/{id}/roster/submit", "Lay the roster before headquarters", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID      string `json:"id" format:"uuid"`
				Version int64  `json:"version" minimum:"1"`
			}
		},
		) (*body[IncidentDetail], error) {
			return a.incidentDetail(ctx, in.ID, a.s.Incidents.SubmitRoster(ctx, in.Body.ID, in.ID, in.Body.Version))
		})
	for _, m := range []struct{ verb, summary string }{
		{"approve", "Record that headquarters approved the roster"},
		{"return", "Record that headquarters returned the roster"},
	} {
		huma.Register(h, op("roster-"+m.verb, http.MethodPost, "/incidents/{id}/roster/"+m.verb, m.summary, 200),
			func(ctx context.Context, in *struct {
				RecordID
				Body struct {
					DecisionIn
					Version int64 `json:"version" minimum:"1"`
				}
			},
			) (*body[IncidentDetail], error) {
				return a.incidentDetail(ctx, in.ID, a.s.Incidents.DecideRoster(ctx, in.ID, m.verb, in.Body.Version, in.Body.domain()))
			})
	}
	huma.Register(h, op("roster-reveal", http.MethodPost, "/incidents/{id}/roster/{edition}/{no}/reveal", "See the number of somebody on the roster, with a purpose", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Edition int `path:"edition" minimum:"1"`
			No      int `path:"no" minimum:"0"`
			Body    PurposeIn
		},
		) (*body[PhoneOut], error) {
			phone, err := a.s.Incidents.RevealPerson(ctx, in.ID, in.Edition, in.No, in.Body.Purpose)
			return answer(ctx, PhoneOut{phone}, err)
		})
}

func (a *API) rosterSave(ctx context.Context, in *struct {
	RecordID
	Body struct {
		ID      string           `json:"id" format:"uuid"`
		Version int64            `json:"version" doc:"of the open edition; 0 when there is none"`
		Persons []RosterPersonIn `json:"persons" nullable:"false"`
	}
},
) (*body[IncidentDetail], error) {
	var persons []incident.Person
	for _, p := range in.Body.Persons {
		persons = append(persons, incident.Person{Group: org.Group(p.Group), Unit: p.Unit, Name: p.Name, Post: p.Post, Duty: p.Duty, Phone: p.Phone})
	}
	return a.incidentDetail(ctx, in.ID, a.s.Incidents.SaveRoster(ctx, in.Body.ID, in.ID, in.Body.Version, persons))
}

// incidentContacts is the operation that publishes the numbers of the mechanism.
func (a *API) incidentContacts(h huma.API) {
	huma.Register(h, op("contact-publish", http.MethodPost, "/incidents/{id}/contacts", "Publish the numbers of the mechanism", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID       string        `json:"id" format:"uuid"`
				Contacts []ContactDesk `json:"contacts" nullable:"false"`
			}
		},
		) (*body[IncidentDetail], error) {
			var list []incident.Contact
			for _, c := range in.Body.Contacts {
				list = append(list, incident.Contact(c))
			}
			return a.incidentDetail(ctx, in.ID, a.s.Incidents.SetContacts(ctx, in.Body.ID, in.ID, list))
		})
}

// incidentHandovers is the operations of what groups hand over to each other.
func (a *API) incidentHandovers(h huma.API) {
	huma.Register(h, op("handover-list", http.MethodGet, "/incidents/{id}/handovers", "Items that groups gave to each other, newest first", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Group string `query:"group" enum:"general,coordination,support"`
		},
		) (*body[PageOf[HandoverOut]], error) {
			return a.handovers(ctx, in.ID, org.Group(in.Group), nil)
		})
	huma.Register(h, op("handover-send", http.MethodPost, "/incidents/{id}/handovers", "Hand an item over to another group", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID       string `json:"id" format:"uuid"`
				From     string `json:"from"`
				To       string `json:"to"`
				ItemKind string `json:"itemKind"`
				Item     string `json:"item,omitempty"`
				Matter   string `json:"matter"`
			}
		},
		) (*body[PageOf[HandoverOut]], error) {
			b := in.Body
			return a.handovers(ctx, in.ID, "", a.s.Incidents.HandOver(ctx, in.ID, incident.Handover{
				ID: b.ID, From: org.Group(b.From), To: org.Group(b.To), ItemKind: b.ItemKind, Item: b.Item, Matter: b.Matter,
			}))
		})
	for _, m := range []struct{ verb, summary string }{
		{"take", "Take a hand-over"}, {"return", "Return a hand-over, with a reason"}, {"finish", "Finish what was handed over"},
	} {
		huma.Register(h, op("handover-"+m.verb, http.MethodPost, "/incidents/{id}/handovers/{handover}/"+m.verb, m.summary, 200),
			func(ctx context.Context, in *struct {
				RecordID
				Handover string `path:"handover" format:"uuid"`
				Body     struct {
					ID      string `json:"id" format:"uuid"`
					Version int64  `json:"version" minimum:"1"`
					Reason  string `json:"reason,omitempty"`
				}
			},
			) (*body[PageOf[HandoverOut]], error) {
				b := in.Body
				return a.handovers(ctx, in.ID, "", a.s.Incidents.Answer(ctx, b.ID, in.ID, in.Handover, m.verb, b.Version, b.Reason))
			})
	}
}

// incidentWork is the operations of working groups, of reports that join, and of the course of events.
func (a *API) incidentWork(h huma.API) {
	huma.Register(h, op("working-group-send", http.MethodPost, "/incidents/{id}/working-groups", "Record that an upper level sends a working group", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID      string `json:"id" format:"uuid"`
				Place   string `json:"place" doc:"division code of the level that sends it"`
				Head    string `json:"head"`
				Members string `json:"members,omitempty"`
				Task    string `json:"task"`
			}
		},
		) (*body[IncidentDetail], error) {
			b := in.Body
			path, err := a.placeAsked(b.Place)
			if err == nil {
				err = a.s.Incidents.SendGroup(ctx, in.ID, incident.WorkingGroup{ID: b.ID, Place: path, Head: b.Head, Members: b.Members, Task: b.Task})
			}
			return a.incidentDetail(ctx, in.ID, err)
		})
	huma.Register(h, op("working-group-back", http.MethodPost, "/incidents/{id}/working-groups/{group}/back", "Record that a working group is back", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Group string `path:"group" format:"uuid"`
			Body  struct {
				ID string `json:"id" format:"uuid"`
			}
		},
		) (*body[IncidentDetail], error) {
			return a.incidentDetail(ctx, in.ID, a.s.Incidents.RecallGroup(ctx, in.Body.ID, in.ID, in.Group))
		})
	huma.Register(h, op("report-join", http.MethodPost, "/incidents/{id}/reports", "Take reports and their needs into an incident, singly or by area", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID      string    `json:"id" format:"uuid"`
				Reports []string  `json:"reports,omitempty" maxItems:"2000"`
				Area    string    `json:"area,omitempty" doc:"division code: every report of it that has no incident yet"`
				Since   time.Time `json:"since,omitzero" doc:"with area: received at or after"`
			}
		},
		) (*body[JoinedOut], error) {
			b := in.Body
			area, err := a.pathIn(b.Area, "body.area")
			if err != nil {
				return nil, toHTTP(ctx, err)
			}
			n, more, err := a.s.Needs.Join(ctx, in.ID, need.Joining{ID: b.ID, Reports: b.Reports, Area: area, Since: b.Since})
			return answer(ctx, JoinedOut{n, more}, err)
		})
	huma.Register(h, op("incident-course", http.MethodGet, "/incidents/{id}/course", "What happened in an incident, newest first", 200),
		func(ctx context.Context, in *struct {
			RecordID
			CoursePage

			Step []string `query:"step" maxItems:"9" enum:"activate,publish,match,dispatch,passage,mission,support,withdraw,summary" doc:"rows of these of the nine steps; none: all"`
		},
		) (*body[PageOf[CourseRow]], error) {
			return a.course(ctx, in.ID, in.Before, in.Limit, in.Step)
		})
}
