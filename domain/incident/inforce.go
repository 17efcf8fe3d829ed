package incident

import "lianyuan/platform/db"

// Responding says whether a response that was started in an incident is still in force. For contexts above.
func Responding(tx *db.Tx, incident string) (bool, error) {
	list, err := responsesOf(tx, incident)
	for _, r := range list {
		if r.Ended.IsZero() {
			return true, err
		}
	}
	return false, err
}

// GroupsAct says whether headquarters has approved the roster, so that the groups work their own queues. For contexts above.
func GroupsAct(tx *db.Tx, incident string) (bool, error) { return rosterApproved(tx, incident) }
