package situation

import (
	"context"
	"slices"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/org"
	"lianyuan/platform/db"
	"lianyuan/platform/journal"
)

// WholeSummary is a summary with everything around it.
type WholeSummary struct {
	Summary
	Of         incident.Incident
	Figures    Figures
	Sections   []Section
	Addenda    []Addendum
	Closings   []Closing
	Reopenings []incident.Decision
	Decision   *incident.Decision // of headquarters about the summary
	History    []journal.Row
	Allowed    []string // verbs that the actor may say now, and add for a late fact
}

// Summary is the summary of an incident; not found for whoever may not see it.
func (s *Service) Summary(ctx context.Context, id string) (w WholeSummary, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return w, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		i, err := seen(tx, actor, id)
		if err != nil {
			return err
		}
		if w, err = whole(tx, i); err != nil {
			return err
		}
		if w.History, err = journal.Of(tx, "summary", id, 300); err != nil {
			return err
		}
		return allow(tx, actor, &w)
	})
	return w, err
}

func allow(tx *db.Tx, actor access.Actor, w *WholeSummary) error {
	if w.Of.State == "recorded" || w.Of.State == "dropped" {
		return nil
	}
	for _, m := range Summaries.Possible(w.State) {
		if right(tx, actor, w.Of, m.Verb) == nil && !slices.Contains(w.Allowed, m.Verb) {
			w.Allowed = append(w.Allowed, m.Verb)
		}
	}
	if w.Of.State == "closed" && works(tx, actor, w.Of, access.SummaryAdd, org.Groups...) == nil {
		w.Allowed = append(w.Allowed, "add")
	}
	return nil
}

// whole reads a summary. Once it was submitted its figures are those that were submitted.
func whole(tx *db.Tx, i incident.Incident) (w WholeSummary, err error) {
	w.Of = i
	if w.Summary, err = summaryOf(tx, i.ID); err != nil {
		return w, err
	}
	if w.Figures, err = figuresNow(tx, i); err != nil {
		return w, err
	}
	if w.submitted() && w.Closing != w.Figures.Closing {
		if w.Figures, _, err = frozen(tx, i.ID, w.Closing); err != nil {
			return w, err
		}
		w.Figures.lead(i.ID)
	}
	if w.Sections, err = sectionsOf(tx, i.ID); err != nil {
		return w, err
	}
	if w.Addenda, err = addendaOf(tx, i.ID); err != nil {
		return w, err
	}
	if w.Closings, err = closingsOf(tx, i.ID); err != nil {
		return w, err
	}
	if w.Reopenings, err = incident.Reopenings(tx, i.ID); err != nil {
		return w, err
	}
	if w.Summary.Decision == "" {
		return w, nil
	}
	d, err := incident.DecisionByID(tx, i.ID, w.Summary.Decision)
	w.Decision = &d
	return w, err
}
