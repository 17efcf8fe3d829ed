package pass

import (
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// ZonesIn are the controlled zones of an incident that are in force at a moment. For contexts above; the caller has
// decided who asks.
func ZonesIn(tx *db.Tx, incidentID string, now time.Time) ([]Zone, error) {
	return zonesWhere(tx, `incident = $1 AND lifted_at = 0 AND begins <= $2 AND (ends = 0 OR ends > $2) ORDER BY created_at, id LIMIT 200`, incidentID, clock.Micro(now))
}

// PointsIn are the access points of an incident that are open. For contexts above; the caller has decided who asks.
func PointsIn(tx *db.Tx, incidentID string) ([]Point, error) {
	return pointsWhere(tx, `incident = $1 AND closed_at = 0 ORDER BY created_at, id LIMIT 200`, incidentID)
}
