package notice

import (
	"context"
	"database/sql"
	"errors"

	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/sms"
)

// Receipt is what the gateway says later of a message that it had only taken over: that it is on the phone, or never will
// be. token is the one that it is asked with: who does not know it finds nothing here. What is said twice, too late, or of
// a message that somebody has read meanwhile, changes nothing.
func (s *Service) Receipt(ctx context.Context, token, delivery, status string) error {
	if s.sender == nil {
		return fault.ErrNotFound
	}
	if known, err := s.sender.Proves(token); err != nil || !known {
		return errors.Join(fault.ErrNotFound, err)
	}
	verb, ok := map[string]string{sms.Delivered: "arrive", sms.Refused: "fail"}[status]
	if !ok {
		return fault.InvalidField("body.status", "unknown", "状态为 delivered 或 refused", "a status is delivered or refused")
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		d, err := deliveryWhere(tx, `d.id = $1 AND d.channel = $2`, delivery, SMS)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return fault.ErrNotFound
		case err != nil:
			return err
		case d.State != "sent":
			return nil
		}
		n, err := noticeByID(tx, d.Notice)
		if err != nil {
			return err
		}
		why := ""
		if verb == "fail" {
			why = Refused
		}
		return s.became(tx, n, d, verb, why)
	})
}
