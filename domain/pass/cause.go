package pass

// The reasons that the system itself gives. Records and the journal hold the sentence, as they hold what people write; whoever
// shows one says it in the language of the reader, by its key. A sentence is never changed: older records hold it too.
const (
	replacedWhy   = "已换发返程通行证"
	notVouchedWhy = "该队报名未获批准或已不含该车"
	notOnListWhy  = "新的返程时段不在已报送的名单内，须重新报送"
)

// replaced is the key of what another pass stands for; vehicles leave an escort for it as well.
const replaced = "replaced"

var causes = map[string]struct{ key, en string }{
	replacedWhy:   {replaced, "Another pass was issued for the way back"},
	notVouchedWhy: {"not_vouched", "The offer is not approved or has this vehicle no more"},
	notOnListWhy:  {"not_on_list", "The new way back is not within the list that was sent: send it again"},
}

// Cause is the key of a reason that the system gave: replaced, not_vouched, not_on_list; "" of what a person wrote.
func Cause(why string) string { return causes[why].key }
