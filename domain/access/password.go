package access

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"lianyuan/platform/fault"
)

// argon2id with the second recommended option of RFC 9106 (64 MiB, 3 passes).
const (
	argonMemory  = 64 * 1024 // KiB
	argonTime    = 3
	argonThreads = 2
	argonKey     = 32
	argonSalt    = 16
)

// hasher hashes passwords, a bounded number at once: each takes a lot of memory, and a flood of logins must not take
// the machine's.
type hasher struct {
	slots  chan struct{}
	memory uint32 // KiB
}

func newHasher(atOnce int, memory uint32) hasher {
	if memory == 0 {
		memory = argonMemory
	}
	return hasher{make(chan struct{}, atOnce), memory}
}

func (h hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, argonSalt)
	if _, err := rand.Read(salt); err != nil {
		return "", err
	}
	key, err := h.key(ctx, password, salt, h.memory)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding.EncodeToString
	return encoded(h.memory, b64(salt), b64(key)), nil
}

func (h hasher) key(ctx context.Context, password string, salt []byte, memory uint32) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.slots }()
	return argon2.IDKey([]byte(password), salt, argonTime, memory, argonThreads, argonKey), nil
}

// matches compares in constant time. A stored value of another shape never matches.
func (h hasher) matches(ctx context.Context, stored, password string) (bool, error) {
	parts := strings.Split(stored, "$")
	var memory, passes, threads uint32
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, nil
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &threads); err != nil || passes != argonTime || threads != argonThreads || memory > 1<<20 {
		return false, nil //nolint:nilerr // a damaged value matches nothing
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, nil //nolint:nilerr // a damaged value matches nothing
	}
	sum, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil {
		return false, nil //nolint:nilerr // a damaged value matches nothing
	}
	key, err := h.key(ctx, password, salt, memory)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(key, sum) == 1, nil
}

// decoy is compared when the login does not exist, so that it takes as long as a wrong password. Nothing matches it.
func (h hasher) decoy() string {
	b64 := base64.RawStdEncoding.EncodeToString
	return encoded(h.memory, b64(make([]byte, argonSalt)), b64(make([]byte, argonKey)))
}

func encoded(memory uint32, salt, key string) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, argonTime, argonThreads, salt, key)
}

// CheckPassword refuses what is too short or too long to be a password (GB/T 22239 asks for complexity; length is what
// helps): 12 to 128 characters.
func CheckPassword(p string) error {
	if n := utf8.RuneCountInString(p); n < 12 || n > 128 {
		return fault.InvalidField("body.password", "password_length", "口令应为 12 至 128 个字符", "a password has 12 to 128 characters")
	}
	return nil
}
