package mission

import (
	"fmt"
	"strings"
	"time"

	"lianyuan/domain/incident"
	"lianyuan/domain/need"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/journal"
)

// What becomes of a mission that does not go as it was given: nobody works on its need any more, a person leaves it hurt,
// nobody has accepted it.

// giveBack is for a mission that was declined or cancelled: when it was the last of its need, the need goes back to where
// it was before, matched when enough has been approved for it, otherwise published. The caller ends the mission.
func (s *Service) giveBack(w *walk) error {
	if w.Need == "" {
		return nil
	}
	if err := need.Hold(w.tx, []string{w.Need}); err != nil {
		return err
	}
	var others int
	if err := w.tx.Get(`SELECT count(*) FROM mission WHERE need = $1 AND id <> $2 AND state NOT IN `+undone, []any{w.Need, w.ID}, &others); err != nil || others > 0 {
		return err
	}
	list, err := need.Named(w.tx, []string{w.Need})
	if err != nil || len(list) == 0 || list[0].State != "in_progress" {
		return err
	}
	verb := "release"
	if enough, err := s.offers.Enough(w.tx, list[0]); err != nil {
		return err
	} else if enough {
		verb = "pause"
	}
	return s.needs.Advance(w.tx, list[0], verb, w.actor.Account)
}

// undone are the states of missions that did nothing for their need.
const undone = `('declined', 'cancelled', 'reassigned')`

// leave takes somebody who leaves the site hurt off a mission that goes on. It is called by reception, in its transaction.
func leave(tx *db.Tx, mission, presence, actor string) error {
	if err := hold(tx, mission); err != nil {
		return err
	}
	m, err := byID(tx, mission)
	if err != nil {
		return err
	}
	i, err := incident.ByID(tx, m.Incident)
	if err != nil {
		return err
	}
	n, err := tx.Exec(`UPDATE mission_person SET left_at = $1 WHERE mission = $2 AND presence = $3 AND left_at = 0`, clock.Micro(tx.Now), mission, presence)
	if err != nil || n == 0 {
		return err
	}
	was := entry(m, i, "", "", "", nil).Fields()
	m.People--
	m.Version++
	if err := saveMission(tx, m); err != nil {
		return err
	}
	return journal.Append(tx, entry(m, i, "person_left", actor, "", map[string]any{"presence": presence}).Since(was))
}

// Over says whether every mission of an incident has ended: it cannot be closed before. It is a guard of domain/incident.
func Over(tx *db.Tx, in string) error { return ended(tx, `incident = $1`, in) }

// ended refuses while missions run, and names them: they are confirmed, cancelled or given to another party first.
func ended(tx *db.Tx, where, of string) error {
	list, err := missionsWhere(tx, where+` AND ended_at = 0 ORDER BY given_at, id LIMIT 500`, of)
	if err != nil || len(list) == 0 {
		return err
	}
	numbers := make([]string, len(list))
	for n, m := range list {
		numbers[n] = m.Number
	}
	some := strings.Join(numbers[:min(len(numbers), 5)], "、")
	return fault.New(fault.Conflict, "mission.runs",
		fmt.Sprintf("还有 %d 项任务未结束（%s），请先确认、取消或改派", len(list), some),
		fmt.Sprintf("%d missions have not ended (%s): confirm, cancel or reassign them first", len(list), strings.ReplaceAll(some, "、", ", "))).
		WithCurrent(map[string]any{"missions": numbers})
}

var _ incident.Guard = Over

// Unaccepted is a mission that a team has neither accepted nor declined.
type Unaccepted struct {
	ID, Number, TeamName string
	People               int
	GivenAt, Until       time.Time
}

// UnacceptedIn are the missions of an incident that were given before a moment and that no team has answered, at most limit
// of them, the longest silent first, and how many there are. For contexts above; the caller has decided who asks.
func UnacceptedIn(tx *db.Tx, incident string, before time.Time, limit int) (n int, list []Unaccepted, err error) {
	counts, err := missionParts.Count(tx, before, []string{"unaccepted"}, "mission", "incident = $1", incident)
	if err != nil || counts["unaccepted"] == 0 {
		return 0, nil, err
	}
	where, err := missionParts.And("unaccepted", before)
	if err != nil {
		return 0, nil, err
	}
	found, err := missionsWhere(tx, fmt.Sprintf(`incident = $1%s ORDER BY given_at, id LIMIT %d`, where, limit), incident)
	for _, m := range found {
		list = append(list, Unaccepted{m.ID, m.Number, m.TeamName, m.People, m.GivenAt, m.Until})
	}
	return counts["unaccepted"], list, err
}

// Dropped is how many needs of an incident lost their last mission undone and wait for another. For contexts above.
func Dropped(tx *db.Tx, incident string) (int, error) {
	n, err := missionParts.Count(tx, tx.Now, []string{"undone"}, "mission", "incident = $1", incident)
	return n["undone"], err
}
