package equipment

import (
	"database/sql"
	"errors"
	"slices"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
)

const vehicleColumns = `id, team, plate, colour, special, kind, seats, cargo, borrowed, state, version`

func vehiclesWhere(tx *db.Tx, where string, args ...any) (list []Vehicle, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var v Vehicle
		err := sc.Scan(&v.ID, &v.Team, &v.Plate, &v.Colour, &v.Special, &v.Kind, &v.Seats, &v.Load, &v.Borrowed, &v.State, &v.Version)
		list = append(list, v)
		return err
	}, `SELECT `+vehicleColumns+` FROM vehicle WHERE `+where, args...)
	return list, err
}

// Vehicles are the active vehicles of a team. For contexts above; the caller has decided who asks.
func Vehicles(tx *db.Tx, of string) ([]Vehicle, error) {
	return vehiclesWhere(tx, `team = $1 AND state = 'active' ORDER BY plate`, of)
}

// VehiclesByID are those of the vehicles named that are active in the team. For contexts above.
func VehiclesByID(tx *db.Tx, of string, ids []string) (list []Vehicle, err error) {
	for chunk := range slices.Chunk(ids, 100) {
		args := []any{of}
		for _, id := range chunk {
			args = append(args, id)
		}
		some, err := vehiclesWhere(tx, `team = $1 AND state = 'active' AND id IN (`+db.List(2, len(chunk))+`) ORDER BY plate`, args...)
		if err != nil {
			return nil, err
		}
		list = append(list, some...)
	}
	return list, nil
}

func vehicleByID(tx *db.Tx, id string) (Vehicle, error) {
	list, err := vehiclesWhere(tx, `id = $1`, id)
	if err == nil && len(list) == 0 {
		err = fault.ErrNotFound
	}
	if err != nil {
		return Vehicle{}, err
	}
	return list[0], nil
}

// insertVehicle writes a new vehicle. No row: its id or its plate is taken.
func insertVehicle(tx *db.Tx, v Vehicle) (int64, error) {
	return tx.Exec(`INSERT INTO vehicle (id, team, plate, colour, special, kind, seats, cargo, borrowed, state, added_at, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'active', $10, 1) ON CONFLICT DO NOTHING`,
		v.ID, v.Team, v.Plate, v.Colour, v.Special, v.Kind, v.Seats, v.Load, v.Borrowed, clock.Micro(tx.Now))
}

func vehicleTaken(tx *db.Tx, id string) error {
	var n int
	if err := tx.Get(`SELECT count(*) FROM vehicle WHERE id = $1`, []any{id}, &n); err != nil {
		return err
	}
	if n > 0 {
		return fault.ErrIDReused
	}
	return ErrPlateTaken
}

// saveVehicle writes what a step changed, if nobody wrote since v was read.
func saveVehicle(tx *db.Tx, v Vehicle) error {
	n, err := tx.Exec(`UPDATE vehicle SET plate = $1, colour = $2, special = $3, kind = $4, seats = $5, cargo = $6, borrowed = $7, state = $8, version = $9
		WHERE id = $10 AND version = $11`, v.Plate, v.Colour, v.Special, v.Kind, v.Seats, v.Load, v.Borrowed, v.State, v.Version, v.ID, v.Version-1)
	if err == nil && n == 0 {
		return tx.Stale("vehicle", "id", v.ID, "state")
	}
	return err
}

// Items are the equipment of a team, in the order of Kinds. For contexts above; the caller has decided who asks.
func Items(tx *db.Tx, of string) (list []Item, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		i := Item{Team: of}
		err := sc.Scan(&i.Kind, &i.Count, &i.Usable, &i.Version)
		list = append(list, i)
		return err
	}, `SELECT kind, count, usable, version FROM equipment_item WHERE team = $1 AND count > 0`, of)
	slices.SortFunc(list, func(a, b Item) int { return slices.Index(Kinds, a.Kind) - slices.Index(Kinds, b.Kind) })
	return list, err
}

// saveItem writes a count, if nobody wrote since the actor saw it; the team is held. A kind of which there is none stays
// as a row, so that its versions go on.
func saveItem(tx *db.Tx, i Item) error {
	var now Item // none: version 0
	err := tx.Get(`SELECT count, usable, version FROM equipment_item WHERE team = $1 AND kind = $2`, []any{i.Team, i.Kind}, &now.Count, &now.Usable, &now.Version)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if i.Version != now.Version && (i.Version != 0 || now.Count > 0) { // a kind of which there is none left is shown no more
		return fault.ErrVersionStale.WithCurrent(map[string]any{"count": now.Count, "usable": now.Usable, "version": now.Version})
	}
	_, err = tx.Exec(`INSERT INTO equipment_item (team, kind, count, usable, version) VALUES ($1, $2, $3, $4, 1)
		ON CONFLICT (team, kind) DO UPDATE SET count = $3, usable = $4, version = equipment_item.version + 1`, i.Team, i.Kind, i.Count, i.Usable)
	return err
}
