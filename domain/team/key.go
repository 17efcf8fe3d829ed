package team

import "encoding/hex"

// Key is the same for one person in whichever team: a keyed hash of paper and number. It tells people apart and says
// nothing of who they are.
func (m Member) Key() string { return hex.EncodeToString(m.person) }
