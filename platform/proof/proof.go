// Package proof asks a client for a little work when very many come at once, so that whoever sends a thousand forms has
// done a thousand times the work of whoever sends one.
//
// A challenge says of what minute it is and how many bits it wants, under a keyed hash of the installation; nothing is
// kept for it, and every node knows what any node has given out. The work is to find a number: SHA-256 over the hash, the id of what
// is sent and the number begins with so many zero bits. So a proof is good for one record, and sending that again needs
// no other. Verifying takes one keyed hash and one SHA-256.
package proof

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"time"
)

// Key makes keyed hashes of 16 bytes.
type Key interface {
	Derive(purpose, value string) []byte
}

// Challenges gives challenges out and knows them again.
type Challenges struct{ key Key }

// New are the challenges under a key that all nodes share.
func New(k Key) *Challenges { return &Challenges{k} }

// Bits is how much work is wanted while n arrive in a minute: none up to flood, least beyond it, one bit more (twice the
// work) whenever n has doubled, and never more than most.
func Bits(n, flood, least, most int) int {
	if n <= flood {
		return 0
	}
	return max(0, min(most, least+bits.Len(uint(n/max(flood, 1)))-1))
}

// At is the challenge of a moment: "29711520.12.5f1c…", the minute, the bits, their keyed hash.
func (c *Challenges) At(now time.Time, bits int) string {
	said := fmt.Sprintf("%d.%d", now.Unix()/60, bits)
	return said + "." + hex.EncodeToString(c.hash(said))
}

func (c *Challenges) hash(said string) []byte { return c.key.Derive("proof of work", said) }

const longest = 80 // characters of a proof: a challenge and a number of ten digits

// Done says whether work ("29711520.12.5f1c….4711": a challenge given out no longer than grace ago, and the number) was
// done for the record of an id (a UUID).
func (c *Challenges) Done(work, record string, now time.Time, grace time.Duration) bool {
	part := strings.Split(work[:min(len(work), longest)], ".")
	if len(part) != 4 {
		return false
	}
	said, given := part[0]+"."+part[1], c.hash(part[0]+"."+part[1])
	if !hmac.Equal([]byte(part[2]), []byte(hex.EncodeToString(given))) {
		return false
	}
	var minute int64
	var want int
	if _, err := fmt.Sscanf(said, "%d.%d", &minute, &want); err != nil {
		return false
	}
	number, err := strconv.ParseUint(part[3], 10, 32)
	subject, errID := hex.DecodeString(strings.ReplaceAll(record, "-", ""))
	if err != nil || errID != nil || now.Sub(time.Unix(minute*60, 0)) > grace+time.Minute {
		return false
	}
	sum := sha256.Sum256(binary.BigEndian.AppendUint32(append(given, subject...), uint32(number)))
	return zeros(sum[:]) >= want
}

// zeros counts the zero bits at the beginning.
func zeros(sum []byte) int { return bits.LeadingZeros64(binary.BigEndian.Uint64(sum)) }
