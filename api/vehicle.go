package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/equipment"
)

// VehicleEdit is what a person writes of a vehicle.
type VehicleEdit struct {
	Plate    string `json:"plate"`
	Colour   string `json:"colour" enum:"blue,yellow,black,white,gradient_green,yellow_green,blue_white,other" doc:"of the plate"`
	Special  bool   `json:"special,omitempty" doc:"a plate outside GA 36, or in a colour that it does not come in: taken as written"`
	Kind     string `json:"kind" enum:"command,equipment,personnel,ambulance,boat_trailer,supply,other"`
	Seats    int    `json:"seats,omitempty"`
	Load     string `json:"load,omitempty"`
	Borrowed bool   `json:"borrowed,omitempty"`
}

func (e VehicleEdit) domain(id, of string, version int64) equipment.Vehicle {
	return equipment.Vehicle{
		ID: id, Team: of, Plate: e.Plate, Colour: e.Colour, Special: e.Special, Kind: e.Kind, Seats: e.Seats, Load: e.Load, Borrowed: e.Borrowed, Version: version,
	}
}

// VehicleOut is a vehicle of a team.
type VehicleOut struct {
	ID    string `json:"id"`
	Team  string `json:"team"`
	Shown string `json:"shown" doc:"the plate as people write it"`
	VehicleEdit
	TollColour *int   `json:"tollColour,omitempty" doc:"the colour as toll systems number it"`
	State      string `json:"state"`
	Version    int64  `json:"version"`
}

// EquipmentOut is a kind of equipment that a team has.
type EquipmentOut struct {
	Kind    string `json:"kind"`
	Count   int    `json:"count"`
	Usable  int    `json:"usable"`
	Version int64  `json:"version"`
}

// StockOut is what a team has.
type StockOut struct {
	Vehicles  []VehicleOut   `json:"vehicles" nullable:"false"`
	Equipment []EquipmentOut `json:"equipment" nullable:"false"`
	Edits     bool           `json:"edits" doc:"the actor may change them"`
}

func vehicleOut(v equipment.Vehicle) VehicleOut {
	out := VehicleOut{
		ID: v.ID, Team: v.Team, Shown: equipment.Shown(v.Plate), State: v.State, Version: v.Version,
		VehicleEdit: VehicleEdit{v.Plate, v.Colour, v.Special, v.Kind, v.Seats, v.Load, v.Borrowed},
	}
	if code, ok := equipment.TollCode(v.Colour); ok {
		out.TollColour = &code
	}
	return out
}

func (a *API) afterVehicle(ctx context.Context, id string, err error) (*body[VehicleOut], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	v, err := a.s.Equipment.Vehicle(ctx, id)
	return answer(ctx, vehicleOut(v), err)
}

func (a *API) stock(ctx context.Context, of string, all bool, err error) (*body[StockOut], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	st, err := a.s.Equipment.Of(ctx, of, all)
	out := StockOut{Vehicles: []VehicleOut{}, Equipment: []EquipmentOut{}, Edits: st.Edits}
	for _, v := range st.Vehicles {
		out.Vehicles = append(out.Vehicles, vehicleOut(v))
	}
	for _, i := range st.Items {
		out.Equipment = append(out.Equipment, EquipmentOut{i.Kind, i.Count, i.Usable, i.Version})
	}
	return answer(ctx, out, err)
}

func (a *API) equipment(h huma.API) {
	huma.Register(h, op("equipment-list", http.MethodGet, "/teams/{id}/equipment", "Vehicles and equipment of a team", 200),
		func(ctx context.Context, in *struct {
			RecordID
			All bool `query:"all" doc:"retired vehicles too"`
		},
		) (*body[StockOut], error) {
			return a.stock(ctx, in.ID, in.All, nil)
		})
	huma.Register(h, op("equipment-count", http.MethodPost, "/teams/{id}/equipment", "Say how many of a kind a team has", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID      string `json:"id" format:"uuid" doc:"of the command"`
				Version int64  `json:"version" doc:"of the kind as the actor saw it; 0 for a new one"`
				Kind    string `json:"kind"`
				Count   int    `json:"count"`
				Usable  int    `json:"usable"`
			}
		},
		) (*body[StockOut], error) {
			b := in.Body
			err := a.s.Equipment.Count(ctx, b.ID, equipment.Item{Team: in.ID, Kind: b.Kind, Count: b.Count, Usable: b.Usable, Version: b.Version})
			return a.stock(ctx, in.ID, false, err)
		})
	huma.Register(h, op("vehicle-add", http.MethodPost, "/teams/{id}/vehicles", "Put a vehicle on a team's record", 201),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID string `json:"id" format:"uuid" doc:"of the command, and of the vehicle"`
				VehicleEdit
			}
		},
		) (*body[VehicleOut], error) {
			b := in.Body
			return a.afterVehicle(ctx, b.ID, a.s.Equipment.Add(ctx, b.domain(b.ID, in.ID, 0)))
		})
	huma.Register(h, op("vehicle-read", http.MethodGet, "/vehicles/{id}", "One vehicle", 200),
		func(ctx context.Context, in *RecordID) (*body[VehicleOut], error) {
			return a.afterVehicle(ctx, in.ID, nil)
		})
	huma.Register(h, op("vehicle-change", http.MethodPost, "/vehicles/{id}/change", "Change what the record says of a vehicle", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID      string `json:"id" format:"uuid" doc:"of the command"`
				Version int64  `json:"version" minimum:"1"`
				VehicleEdit
			}
		},
		) (*body[VehicleOut], error) {
			b := in.Body
			return a.afterVehicle(ctx, in.ID, a.s.Equipment.Change(ctx, b.ID, b.domain(in.ID, "", b.Version)))
		})
	huma.Register(h, op("vehicle-retire", http.MethodPost, "/vehicles/{id}/retire", "Take a vehicle out of use", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body ReasonIn
		},
		) (*body[VehicleOut], error) {
			return a.afterVehicle(ctx, in.ID, a.s.Equipment.Retire(ctx, in.Body.ID, in.ID, in.Body.Version, in.Body.Reason))
		})
}
