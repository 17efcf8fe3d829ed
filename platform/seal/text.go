package seal

import (
	"bytes"
	"context"
	"database/sql/driver"
	"errors"
	"log/slog"
)

// Text is free text that stands sealed in its column. A store writes and reads it as it is; whoever shows it opens it
// first. One that was not sealed cannot be written, so that no use case forgets to.
type Text struct {
	Plain string // "" until it is opened
	Gone  bool   // there was one, and it was destroyed; known once it is opened

	sealed []byte
}

// LogValue keeps a text out of logs, opened or not.
func (Text) LogValue() slog.Value { return slog.StringValue("[sealed]") }

// Text seals a text for the place it will stand in; "" stays nothing.
func (k *Key) Text(plain, row string) (t Text, err error) {
	if plain == "" {
		return t, nil
	}
	t.Plain = plain
	t.sealed, err = k.Seal([]byte(plain), row)
	return t, err
}

// Destroyed stands in the column of a text that was destroyed: that there was one stays known. It is shorter than whatever
// was sealed.
var Destroyed = []byte{0}

// OpenText opens a text for the place it stands in; one that was destroyed, or its key, is gone. Not inside a transaction.
func (k *Keeper) OpenText(ctx context.Context, t *Text, row string) error {
	if len(t.sealed) == 0 {
		return nil
	}
	if t.Gone = bytes.Equal(t.sealed, Destroyed); t.Gone {
		return nil
	}
	plain, err := k.Open(ctx, t.sealed, row)
	if t.Gone = errors.Is(err, ErrGone); t.Gone {
		return nil
	}
	t.Plain = string(plain)
	return err
}

// Value is what a column keeps.
func (t Text) Value() (driver.Value, error) {
	switch {
	case len(t.sealed) > 0:
		return t.sealed, nil
	case t.Plain != "":
		return nil, errors.New("seal: a text is written that was not sealed")
	}
	return nil, nil
}

// Scan reads a column.
func (t *Text) Scan(src any) error {
	*t = Text{}
	switch b := src.(type) {
	case nil:
		return nil
	case []byte:
		t.sealed = append([]byte(nil), b...) // the driver keeps the slice
		return nil
	}
	return errors.New("seal: a sealed text is read from a column of another kind")
}
