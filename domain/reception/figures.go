package reception

import (
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
)

// Figures are what teams on site in an incident come to, from the first arrival to now.
type Figures struct {
	Parties                 []PartyFigures // in the order of their arrival
	Teams                   int            // parties of one team count once, groups that the register does not know one by one
	People                  int            // different people who were received, walk-ins among them
	Vehicles                int            // different vehicles
	WalkIns                 int            // different people
	Unapproved              int            // parties that came without approval
	UnapprovedPeople        int
	TurnedBack, Regularised int       // of them, by what was decided
	Out, Home               int       // parties that have left, and of them those that are home
	Absent                  int       // on manifests, and not there on arrival
	Extra                   int       // there, and on no manifest
	Inside                  int       // people now
	Missing                 int       // people who were not accounted for on leaving
	Hurt                    int       // people who left injured, or to a hospital
	Waves                   int       // of withdrawal that were ordered
	Lent                    int       // lines of what was lent on site
	Back                    int       // of them, handed back whole
	Damaged                 int       // pieces that came back damaged, or were lost
	FirstIn                 time.Time // zero: nobody came
}

// PartyFigures is one party in figures.
type PartyFigures struct {
	Party
	Rides     int           // different vehicles that came
	Equipment int           // pieces that came
	WalkIns   int           // people it hosted
	OnSite    time.Duration // while people of it were inside
	Idle      time.Duration // of it, without a mission
}

// FiguresOf counts in the caller's transaction. For contexts above, which decide who asks.
func FiguresOf(tx *db.Tx, incident string) (f Figures, err error) {
	if err = tx.Each(func(sc db.Scanner) error {
		p, err := scanParty(sc)
		f.Parties = append(f.Parties, PartyFigures{Party: p})
		return err
	}, `SELECT `+partyColumns+` FROM party WHERE incident = $1 ORDER BY arrived_at, id`, incident); err != nil {
		return f, err
	}
	at, teams := map[string]int{}, map[string]bool{}
	for i, p := range f.Parties {
		at[p.ID] = i
		f.count(p.Party)
		if p.Team == "" {
			teams[p.ID] = true
		} else {
			teams[p.Team] = true
		}
	}
	f.Teams = len(teams)
	if err := f.people(tx, incident); err != nil {
		return f, err
	}
	if err := f.rest(tx, incident); err != nil {
		return f, err
	}
	return f, f.each(tx, incident, at)
}

func (f *Figures) count(p Party) {
	f.Absent += p.Missing
	f.Extra += p.Extra
	if p.Unapproved {
		f.UnapprovedPeople += p.Came
	}
	if f.FirstIn.IsZero() || p.ArrivedAt.Before(f.FirstIn) {
		f.FirstIn = p.ArrivedAt
	}
}

// people counts different people and vehicles: who left and came back, or came with two teams, is one.
func (f *Figures) people(tx *db.Tx, incident string) error {
	n, err := peopleParts.Count(tx, tx.Now, []string{"inside", "came", "walk_ins", "unaccounted", "hurt"}, people, "x.incident = $1", incident)
	if err != nil {
		return err
	}
	f.Inside, f.People, f.WalkIns, f.Missing, f.Hurt = n["inside"], n["came"], n["walk_ins"], n["unaccounted"], n["hurt"]
	return tx.Get(`SELECT count(*) FROM (SELECT DISTINCT plate, colour FROM presence_vehicle WHERE incident = $1) AS x`, []any{incident}, &f.Vehicles)
}

func (f *Figures) rest(tx *db.Tx, incident string) error {
	n, err := partyParts.Count(tx, tx.Now, []string{"unapproved", "turned_back", "regularised", "out", "home"}, "party p", "p.incident = $1", incident)
	if err != nil {
		return err
	}
	f.Unapproved, f.TurnedBack, f.Regularised, f.Out, f.Home = n["unapproved"], n["turned_back"], n["regularised"], n["out"], n["home"]
	waves, err := waveParts.Count(tx, tx.Now, []string{"ordered"}, "withdrawal", "incident = $1", incident)
	if err != nil {
		return err
	}
	f.Waves = waves["ordered"]
	return tx.Get(`SELECT count(*), coalesce(sum(CASE WHEN h.at <> 0 AND h.back + h.used >= h.lent THEN 1 ELSE 0 END), 0), coalesce(sum(h.damaged + h.lost), 0)
		FROM handback h JOIN party p ON p.id = h.party WHERE p.incident = $1`, []any{incident}, &f.Lent, &f.Back, &f.Damaged)
}

// each fills in what is told of parties one by one; at says where each stands.
func (f *Figures) each(tx *db.Tx, incident string, at map[string]int) error {
	one := func(fill func(p *PartyFigures, n int)) func(db.Scanner) error {
		return func(sc db.Scanner) error {
			var id string
			var n int
			err := sc.Scan(&id, &n)
			if i, known := at[id]; known {
				fill(&f.Parties[i], n)
			}
			return err
		}
	}
	if err := tx.Each(one(func(p *PartyFigures, n int) { p.Equipment = n }),
		`SELECT i.party, coalesce(sum(i.came), 0) FROM party_item i JOIN party p ON p.id = i.party WHERE p.incident = $1 GROUP BY i.party`, incident); err != nil {
		return err
	}
	if err := tx.Each(one(func(p *PartyFigures, n int) { p.Rides = n }),
		`SELECT party, count(*) FROM (SELECT DISTINCT party, plate, colour FROM presence_vehicle WHERE incident = $1) AS x GROUP BY party`, incident); err != nil {
		return err
	}
	if err := tx.Each(one(func(p *PartyFigures, n int) { p.WalkIns = n }),
		`SELECT party, count(DISTINCT person) FROM presence WHERE incident = $1 AND kind = 'walk_in' AND out_why <> 'mistaken' GROUP BY party`, incident); err != nil {
		return err
	}
	return tx.Each(func(sc db.Scanner) error {
		var id string
		var began, ended int64
		var busy bool
		err := sc.Scan(&id, &began, &ended, &busy)
		i, known := at[id]
		if err != nil || !known {
			return err
		}
		until := tx.Now
		if ended != 0 {
			until = clock.FromMicro(ended)
		}
		d := max(0, until.Sub(clock.FromMicro(began)))
		f.Parties[i].OnSite += d
		if !busy {
			f.Parties[i].Idle += d
		}
		return nil
	}, `SELECT party, began, ended, busy FROM party_spell WHERE incident = $1`, incident)
}

// Recount says what parties count otherwise than their rows do. Empty: all is well.
func Recount(tx *db.Tx) (counts int, faults []fault.Finding, err error) {
	if err = tx.Get(`SELECT count(*) FROM party`, nil, &counts); err != nil {
		return 0, nil, err
	}
	err = tx.Each(func(sc db.Scanner) error {
		var number string
		err := sc.Scan(&number)
		faults = append(faults, fault.Found("进场队伍 %s 的人车数与明细不符", "party %s does not count its people and vehicles right", number))
		return err
	}, `SELECT number FROM party p WHERE
			people <> (SELECT count(*) FROM presence x WHERE x.party = p.id AND x.out_at = 0)
			OR vehicles <> (SELECT count(*) FROM presence_vehicle x WHERE x.party = p.id AND x.out_at = 0)
			OR busy <> (SELECT count(*) FROM presence x WHERE x.party = p.id AND x.out_at = 0 AND x.mission <> '')
			OR came <> (SELECT count(DISTINCT x.person) FROM presence x WHERE x.party = p.id AND x.out_why <> 'mistaken') ORDER BY number LIMIT 50`)
	return counts, faults, err
}
