package need

import (
	"context"
	"strings"

	"lianyuan/platform/db"
	"lianyuan/platform/input"
)

// addresses are where the needs given are, in the words of the first verified report behind each that says it. They stay
// sealed in the reports and are opened for who acts on the need: the desk and, once it is published, the teams. The number
// of the caller is never among them.
func (s *Service) addresses(ctx context.Context, needs []string) (map[string]string, error) {
	if len(needs) == 0 {
		return nil, nil
	}
	args := make([]any, len(needs))
	for i, id := range needs {
		args[i] = id
	}
	var rows []stored
	if err := s.db.View(ctx, func(tx *db.Tx) error {
		rows = rows[:0]
		return tx.Each(func(sc db.Scanner) error {
			r, err := scanReport(sc)
			rows = append(rows, r)
			return err
		}, `SELECT `+reportColumns+` FROM report WHERE need IN (`+db.List(1, len(args))+`) AND need <> '' AND outcome = 'verified' ORDER BY received_at, id LIMIT 1000`, args...)
	}); err != nil {
		return nil, err
	}
	found := map[string]string{}
	for _, r := range rows {
		if found[r.Need] != "" {
			continue
		}
		open, err := s.open(ctx, r)
		if err != nil {
			return nil, err
		}
		found[r.Need] = addressOf(open.Person)
	}
	return found, nil
}

// addressOf is an address without the numbers that people write into it.
func addressOf(p Person) string {
	address := p.Address
	if p.Phone != "" {
		address = strings.ReplaceAll(address, p.Phone, "…")
	}
	return input.WithoutPhones(address)
}
