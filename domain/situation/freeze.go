package situation

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"lianyuan/domain/incident"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// Closing is one closing of an incident: its figures were frozen then.
type Closing struct {
	No int
	At time.Time
	By string // account
}

// Freeze keeps the figures of an incident as they are, in the transaction that closes it. They are kept with their words,
// so that later changes of code or data never alter what was reported.
func Freeze(tx *db.Tx, i incident.Incident, by string) error {
	f, err := countFigures(tx, i.ID)
	if err != nil {
		return err
	}
	text, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("freeze figures: %w", err)
	}
	_, err = tx.Exec(`INSERT INTO frozen_figures (incident, closing, at, by, figures)
		SELECT $1, coalesce(max(closing), 0) + 1, $2, $3, $4 FROM frozen_figures WHERE incident = $1`, i.ID, clock.Micro(tx.Now), by, string(text))
	return err
}

// frozen are the figures of a closing, of the last one when closing is 0; found is false when there is none.
func frozen(tx *db.Tx, id string, closing int) (f Figures, found bool, err error) {
	var text string
	err = tx.Get(`SELECT closing, figures FROM frozen_figures WHERE incident = $1 AND (closing = $2 OR $2 = 0) ORDER BY closing DESC LIMIT 1`,
		[]any{id, closing}, &f.Closing, &text)
	if errors.Is(err, sql.ErrNoRows) {
		return f, false, nil
	}
	if err != nil {
		return f, false, err
	}
	return f, true, json.Unmarshal([]byte(text), &f)
}

func closingsOf(tx *db.Tx, id string) (list []Closing, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var c Closing
		var at int64
		err := sc.Scan(&c.No, &at, &c.By)
		c.At = clock.FromMicro(at)
		list = append(list, c)
		return err
	}, `SELECT closing, at, by FROM frozen_figures WHERE incident = $1 ORDER BY closing`, id)
	return list, err
}
