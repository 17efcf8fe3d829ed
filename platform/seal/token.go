package seal

import "encoding/base32"

// TokenAlgorithm names how tokens are made: 1 is HMAC-SHA-256 cut to 40 bits; 2 is kept for HMAC-SM3. Whoever keeps tokens
// keeps it beside them, with the id of the key, so that both can change.
const TokenAlgorithm = 1

const tokenLen = 5 // bytes: the pairs of a language stay apart, and a token alone tells little of its pair

var tokenText = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567")

// Token is a short keyed hash of a piece of sealed text, as a word that the text search of both databases takes as it
// stands. Two pieces may share one: what it finds is a candidate.
func (k *Key) Token(purpose, piece string) string {
	return tokenText.EncodeToString(k.Hash(purpose, piece)[:tokenLen])
}
