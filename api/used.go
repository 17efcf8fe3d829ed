package api

import (
	"context"
	"time"

	"lianyuan/domain/parameter"
)

// UsedOut is the value of a parameter that a decision was taken by, as it was then.
type UsedOut struct {
	Key    string     `json:"key"`
	Value  string     `json:"value"`
	Unit   string     `json:"unit"`
	Place  Place      `json:"place" doc:"where it was set"`
	Source string     `json:"source" doc:"as it stands in the catalogue, or as it was typed"`
	Named  SourceName `json:"sourceName" doc:"the source as people know it: the document with its number"`
	Part   string     `json:"part,omitempty" doc:"of the record: a station of a chain as edition/number, a delivery of a notice"`
	At     time.Time  `json:"at" doc:"of the decision"`
}

// SourceName is what people call a source.
type SourceName struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

func sourceName(source string) SourceName { return SourceName(parameter.SourceName(source)) }

var units = func() map[string]string {
	m := map[string]string{}
	for _, k := range parameter.Keys() {
		m[k.Name] = k.Unit
	}
	return m
}()

// used are the values that what was decided of a record was taken by. Ask when the record itself was read for the actor.
func (a *API) used(ctx context.Context, record string, err error) ([]UsedOut, error) {
	all, err := a.usedOf(ctx, err, record)
	return orEmpty(all[record]), err
}

func (a *API) usedOf(ctx context.Context, err error, records ...string) (map[string][]UsedOut, error) {
	if err != nil {
		return nil, err
	}
	kept, err := a.s.Parameters.Kept(ctx, records...)
	out := map[string][]UsedOut{}
	for record, list := range kept {
		for _, k := range list {
			out[record] = append(out[record], a.usedOut(k))
		}
	}
	return out, err
}

func (a *API) usedOut(k parameter.Kept) UsedOut {
	return UsedOut{k.Key, k.Value, units[k.Key], a.placeOf(k.Place), k.Source, sourceName(k.Source), k.Part, k.At}
}
