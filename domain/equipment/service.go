package equipment

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"lianyuan/domain/access"
	"lianyuan/domain/team"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/once"
	"lianyuan/platform/seal"
)

// Service holds the use cases of vehicles and equipment.
type Service struct {
	db   *db.DB
	once once.Log
}

// New is the service; it makes the look-up key on the first start.
func New(ctx context.Context, d *db.DB, k *seal.Keeper) (*Service, error) {
	lookup, err := k.Lookup(ctx)
	return &Service{db: d, once: once.NewLog(lookup)}, err
}

// ErrPlateTaken says that an active vehicle has the plate; whose, is not said.
var ErrPlateTaken = fault.InvalidField("body.plate", "plate_taken", "该号牌已登记在册", "a vehicle with this plate is on record already")

const (
	maxSeats = 80
	maxCount = 100_000
	maxText  = 200 // characters
)

// proper brings what a person wrote of a vehicle into the form in which it is kept, and says what is wrong.
func (v *Vehicle) proper() error {
	var wrong []fault.Field
	check := func(bad bool, f fault.Field) {
		if bad {
			wrong = append(wrong, f)
		}
	}
	var civil bool
	v.Plate, civil = Plate(v.Plate)
	coloured := suits(v.Plate, v.Colour)
	if civil && coloured {
		v.Special = false
	}
	check(v.Plate == "", fault.Field{Location: "body.plate", Code: "missing", Zh: "请填写号牌", En: "please give the plate"})
	check(v.Plate != "" && !civil && !v.Special, fault.Field{
		Location: "body.plate", Code: "plate_shape", Zh: "号牌格式不正确；应急、使领馆、军警、临时号牌请勾选“特殊号牌”", En: "not a plate of GA 36; for emergency, diplomatic, army or temporary plates choose “special”",
	})
	check(utf8.RuneCountInString(v.Plate) > 16, fault.Field{Location: "body.plate", Code: "too_long", Zh: "号牌不超过 16 字", En: "a plate has at most 16 characters"})
	unlisted := fault.Field{Code: "unknown", Zh: "请从所列中选择", En: "choose one of those listed"}
	unlisted.Location = "body.colour"
	check(!slices.Contains(Colours, v.Colour), unlisted)
	check(slices.Contains(Colours, v.Colour) && !coloured && !v.Special, fault.Field{
		Location: "body.colour", Code: "colour_shape", Zh: "号牌与颜色不符，请核对；确属如此的请勾选“特殊号牌”", En: "this plate does not come in this colour: check both; choose “special” where it is so",
	})
	unlisted.Location = "body.kind"
	check(!slices.Contains(VehicleKinds, v.Kind), unlisted)
	check(v.Seats < 0 || v.Seats > maxSeats, fault.Field{Location: "body.seats", Code: "number_invalid", Zh: "座位数为 0 至 80", En: "0 to 80 seats"})
	v.Load = strings.Join(strings.Fields(v.Load), " ")
	check(utf8.RuneCountInString(v.Load) > maxText, fault.Field{Location: "body.load", Code: "too_long", Zh: "载物说明不超过 200 字", En: "at most 200 characters"})
	if f := fault.Invalids(wrong...); f != nil {
		return f
	}
	return nil
}

// step is the walk of every use case: hold the team, may the actor, was it done before; then change, and say so as a
// change of the team.
func (s *Service) step(ctx context.Context, id, verb, of string, saidWhole any, change func(tx *db.Tx, t *team.Team) (past, about, reason string, err error)) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		t, err := team.Hold(tx, actor, access.TeamEdit, of)
		if err != nil {
			return err
		}
		if again, err := s.once.Again(tx, id, actor.Account, "team."+verb, of, saidWhole); again || err != nil {
			return err
		}
		past, about, reason, err := change(tx, &t)
		if err != nil {
			return err
		}
		return team.Say(tx, t, past, about, actor, reason)
	})
}

// Add puts a vehicle on a team's record. The same id twice is one vehicle.
func (s *Service) Add(ctx context.Context, v Vehicle) error {
	whole := v
	if err := v.proper(); err != nil {
		return err
	}
	return s.step(ctx, v.ID, "vehicle_add", v.Team, whole, func(tx *db.Tx, _ *team.Team) (string, string, string, error) {
		n, err := insertVehicle(tx, v)
		if err == nil && n == 0 {
			err = vehicleTaken(tx, v.ID)
		}
		return "vehicle_added", v.ID, "", err
	})
}

// Change replaces what the record says of a vehicle; v.Version is the version that the actor saw.
func (s *Service) Change(ctx context.Context, id string, v Vehicle) error {
	whole := v
	if err := v.proper(); err != nil {
		return err
	}
	err := s.onVehicle(ctx, id, v.ID, "change", v.Version, whole, func(now *Vehicle) string {
		v.Team, v.State, v.Version = now.Team, now.State, now.Version
		*now = v
		return ""
	})
	if db.IsUnique(err) {
		return ErrPlateTaken
	}
	return err
}

// Retire takes a vehicle out of use, with a reason; its plate is free for another record.
func (s *Service) Retire(ctx context.Context, id, vehicle string, version int64, reason string) error {
	reason = strings.Join(strings.Fields(reason), " ")
	switch n := utf8.RuneCountInString(reason); {
	case n == 0:
		return fault.InvalidField("body.reason", "missing", "请填写", "please fill this in")
	case n > maxText:
		return fault.InvalidField("body.reason", "too_long", "内容过长", "this is too long")
	}
	return s.onVehicle(ctx, id, vehicle, "retire", version, reason, func(*Vehicle) string { return reason })
}

func (s *Service) onVehicle(ctx context.Context, id, vehicle, verb string, version int64, whole any, change func(v *Vehicle) (reason string)) error {
	of, err := s.teamOf(ctx, vehicle)
	if err != nil {
		return err
	}
	return s.step(ctx, id, "vehicle_"+verb, of, []any{vehicle, whole}, func(tx *db.Tx, t *team.Team) (string, string, string, error) {
		v, err := vehicleByID(tx, vehicle)
		if err != nil {
			return "", "", "", err
		}
		from := v.State
		if v.State, err = Fleet.To(from, verb); err != nil {
			return "", "", "", err
		}
		if version != 0 && version != v.Version {
			return "", "", "", fault.ErrVersionStale.WithCurrent(map[string]any{"state": from, "version": v.Version})
		}
		t.Turned(from, v.State)
		reason := change(&v)
		v.Version++
		return "vehicle_" + map[string]string{"change": "changed", "retire": "retired"}[verb], v.ID, reason, saveVehicle(tx, v)
	})
}

// teamOf is the team that a vehicle belongs to; it never changes.
func (s *Service) teamOf(ctx context.Context, vehicle string) (of string, err error) {
	if _, err := access.From(ctx); err != nil {
		return "", err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		return tx.Get(`SELECT team FROM vehicle WHERE id = $1`, []any{vehicle}, &of)
	})
	return of, err
}

// Count says how many of a kind of equipment a team has and how many work; none of a kind takes it off the record.
// i.Version is the version that the actor saw, 0 for a kind that is new.
func (s *Service) Count(ctx context.Context, id string, i Item) error {
	if !slices.Contains(Kinds, i.Kind) {
		return fault.InvalidField("body.kind", "unknown", "请从所列中选择", "choose one of those listed")
	}
	if i.Count < 0 || i.Count > maxCount {
		return fault.InvalidField("body.count", "number_invalid", "数量不对", "not a number of pieces")
	}
	if i.Usable < 0 || i.Usable > i.Count {
		return fault.InvalidField("body.usable", "number_invalid", "可用数不能大于总数", "no more can work than there are")
	}
	return s.step(ctx, id, "equipment_count", i.Team, i, func(tx *db.Tx, t *team.Team) (string, string, string, error) {
		if err := saveItem(tx, i); err != nil {
			return "", "", "", err
		}
		return "equipment_counted", i.Kind, "", team.Equip(tx, t, i.Kind, i.Usable)
	})
}

// Stock is what a team has.
type Stock struct {
	Vehicles []Vehicle
	Items    []Item
	Edits    bool // the actor may change them
}

// Of is what a team has, for somebody who may see the team; with all, retired vehicles too.
func (s *Service) Of(ctx context.Context, of string, all bool) (st Stock, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return st, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		if _, err = team.See(tx, actor, access.TeamSee, of); err != nil {
			return err
		}
		_, denied := team.See(tx, actor, access.TeamEdit, of)
		st.Edits = denied == nil
		where := `team = $1 AND state = 'active'`
		if all {
			where = `team = $1`
		}
		if st.Vehicles, err = vehiclesWhere(tx, where+` ORDER BY state, plate`, of); err != nil {
			return err
		}
		st.Items, err = Items(tx, of)
		return err
	})
	return st, err
}

// Vehicle is one vehicle; not found when the actor may not see the team.
func (s *Service) Vehicle(ctx context.Context, vehicle string) (v Vehicle, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return v, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		if v, err = vehicleByID(tx, vehicle); err != nil {
			return err
		}
		_, err = team.See(tx, actor, access.TeamSee, v.Team)
		return err
	})
	return v, err
}
