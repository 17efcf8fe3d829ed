package seal

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"time"
)

// ErrCommand says that the command did not give a master key.
var ErrCommand = errors.New("master key")

// CommandLimit is how long a command that gives the master key may take: one that asks a hardware module or a key
// service answers in seconds, and a start that waits for ever tells nobody why.
const CommandLimit = 30 * time.Second

// MasterFromCommand reads the master key, 64 hexadecimal digits, from what a program prints. No shell reads the words,
// and nothing that the program says is repeated in an error: on either stream it may hold the key.
func MasterFromCommand(ctx context.Context, words []string, limit time.Duration) (*Master, error) {
	if len(words) == 0 {
		return nil, fmt.Errorf("%w: the command is empty", ErrCommand)
	}
	ctx, stop := context.WithTimeout(ctx, limit)
	defer stop()
	said := &bounded{}
	cmd := exec.CommandContext(ctx, words[0], words[1:]...) //nolint:gosec // the operator names it, on the command line
	cmd.Stdout, cmd.Stderr = said, io.Discard
	cmd.WaitDelay = time.Second // a child of it that keeps the stream open holds nothing up
	defer func() { clear(said.text) }()
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("%w: %s did not answer in %s: %w", ErrCommand, words[0], limit, ctx.Err())
	case err != nil:
		return nil, fmt.Errorf("%w: %s: %w", ErrCommand, words[0], err)
	}
	digits := bytes.TrimSpace(said.text)
	raw := make([]byte, hex.DecodedLen(len(digits)))
	defer func() { clear(raw) }()
	if _, err := hex.Decode(raw, digits); err != nil || len(raw) != keyLen {
		return nil, fmt.Errorf("%w: %s did not print %d hexadecimal digits", ErrCommand, words[0], 2*keyLen)
	}
	return NewMaster(raw)
}

// bounded keeps the beginning of what is written: more than a key and its line end is no key, and a program that prints
// without end must not fill the memory.
type bounded struct{ text []byte }

func (b *bounded) Write(p []byte) (int, error) {
	keep := min(len(p), 4*keyLen-len(b.text))
	b.text = append(b.text, p[:keep]...)
	return len(p), nil
}
