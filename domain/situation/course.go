package situation

import "lianyuan/platform/journal"

// past puts the name of a record before the verbs of its journal.
func past(record string, verbs ...string) (list []string) {
	for _, v := range verbs {
		list = append(list, record+"."+v)
	}
	return list
}

// courses are the journal's rows that belong to each of the nine steps.
var courses = map[string]journal.Only{
	"activate": {Kinds: []string{"incident", "directive", "handover", "enquiry"}},
	"publish":  {Kinds: []string{"report", "need", "instruction"}},
	"match":    {Verbs: past("offer", "sent", "matched", "put_on_standby", "taken_up", "sent_back", "declined", "corrected", "withdrawn")},
	"dispatch": {Verbs: past("offer", "submitted", "accepted", "agreed", "returned", "refused", "deployed_first", "ordered", "acknowledged", "stood_down")},
	"passage":  {Kinds: []string{"pass", "site", "escort", "service_area"}},
	"mission":  {Kinds: []string{"party", "point", "mission", "sector"}, Verbs: past("offer", "arrived", "finished")},
	"support":  {Kinds: []string{"support"}},
	"withdraw": {Kinds: []string{"withdrawal", "handback"}, Verbs: past("party", "released", "recalled", "order_taken", "handback_listed", "handback_recorded", "handback_unlisted", "missing", "checked_out", "check_out_undone", "home")},
	"summary":  {Kinds: []string{"summary", "addendum"}},
}

// CourseOf says which rows of the journal belong to some of the nine steps; none chosen: all rows. Withdrawal shares
// some with the missions: a team that leaves is a row of both. That people are told of an event is no event.
func CourseOf(steps []string) (only journal.Only) {
	only.But = []string{"notice"}
	for _, s := range steps {
		only.Kinds = append(only.Kinds, courses[s].Kinds...)
		only.Verbs = append(only.Verbs, courses[s].Verbs...)
	}
	return only
}
