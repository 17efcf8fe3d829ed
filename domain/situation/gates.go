package situation

import (
	"time"

	"lianyuan/platform/db"
)

func gates(tx *db.Tx, incident string, now time.Time) (hours []GateHour, last GateHour, err error) {
	return nil, GateHour{}, nil
}
