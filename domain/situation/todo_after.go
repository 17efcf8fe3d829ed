package situation

import (
	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/notice"
	"lianyuan/domain/org"
	"lianyuan/domain/pass"
	"lianyuan/domain/reception"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// lasting are the sources of what goes on when an incident is closed: who has yet to be told, papers of decisions given by word,
// teams on their way home, tolls.
var lasting = []source{
	{"phone", "/outbox?state=phone", access.NoticeCall, "", func(tx *db.Tx, a asker, i incident.Incident) (w waits, err error) {
		w.n, err = notice.Unreached(tx, i.ID, a.now)
		w.late = w.n
		return w, err
	}},
	{"papers", "/incident/{incident}?tab=decisions", access.IncidentDecide, "", func(tx *db.Tx, _ asker, i incident.Incident) (waits, error) {
		t, err := incident.TodoOf(tx, i.ID)
		return waits{n: t.Papers}, err
	}},
	{"home", "/withdrawal", access.ReceptionWork, org.Coordination, func(tx *db.Tx, a asker, i incident.Incident) (waits, error) {
		t, err := reception.TallyOf(tx, i.ID, a.now)
		return waits{n: t.HomeLate, late: t.HomeLate}, err
	}},
	{"tolls", "/passes?toll=asked", access.PassIssue, org.Support, func(tx *db.Tx, _ asker, i incident.Incident) (waits, error) {
		t, err := pass.TallyOf(tx, i.ID)
		return waits{n: t.Tolls}, err
	}},
	{"refunds", passes + "toll=unrefunded&incident={incident}", access.PassIssue, org.Support, func(tx *db.Tx, _ asker, i incident.Incident) (waits, error) {
		n, err := pass.Unrefunded(tx, i.ID)
		return waits{n: n}, err
	}},
}

// ended adds what goes on in incidents that are closed.
func (t *Todos) ended(tx *db.Tx, a asker) error {
	var ids []string
	if err := tx.Each(func(r db.Scanner) error {
		var id string
		err := r.Scan(&id)
		ids = append(ids, id)
		return err
	}, `SELECT id FROM incident i WHERE state = 'closed' AND (
			EXISTS (SELECT 1 FROM party p WHERE p.incident = i.id AND p.state = 'checked_out' AND p.home_due <> 0 AND p.home_due < $1)
			OR EXISTS (SELECT 1 FROM pass p WHERE p.incident = i.id AND p.toll IN ('asked', 'charged', 'refund_asked'))
			OR EXISTS (SELECT 1 FROM decision d WHERE d.incident = i.id AND d.confirmed_at = 0)
			OR EXISTS (SELECT 1 FROM notice_to n WHERE n.incident = i.id AND n.wanted AND n.read_by <= $1)) ORDER BY created_at DESC, id`,
		clock.Micro(a.now)); err != nil {
		return err
	}
	for _, id := range ids {
		i, err := incident.ByID(tx, id)
		if err != nil {
			return err
		}
		if !i.Seen(a.Actor) {
			continue
		}
		if err := t.in(tx, a, i, lasting); err != nil {
			return err
		}
	}
	return nil
}
