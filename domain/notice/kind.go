package notice

import (
	"slices"

	"lianyuan/domain/access"
	"lianyuan/domain/org"
)

// Kind is one reason for which people are told. A new one is a line of the table.
//
// {field} in the words is a public field of the journal row, {was.field} what it was before; {incident} is the name of the incident, {contacts} are its
// published numbers.
type Kind struct {
	Key    string
	Verbs  []string          // of the journal that tell it; none for what passes a deadline
	When   func(b body) bool // nil: always
	To     audience
	Many   bool // may be for very many: they are addressed in slices
	Zh, En string
	Page   string   // where the reader goes; {subject} and {incident} are ids
	Urgent bool     // stands out
	SMS    bool     // also by short message, to teams
	Phone  bool     // somebody phones whom it did not reach
	Ends   []string // verbs on the same record by which what it asks for is done
}

func is(field string, values ...string) func(body) bool {
	return func(b body) bool { return slices.Contains(values, b.text(field)) }
}

// The verbs of the journal after which nothing is left to tell of an offer.
var offerOver = []string{"offer.withdrawn", "offer.refused", "offer.declined", "offer.stood_down"}

// The verbs of the journal after which a signature is awaited no more. A team that was deployed first and stood down is signed
// for all the same.
var signed = []string{"offer.agreed", "offer.returned", "offer.sent_back", "offer.put_on_standby", "offer.withdrawn", "offer.refused", "offer.declined"}

// Kinds are all kinds, in the order in which people would look for them.
var Kinds = []Kind{
	// A team and its leader.
	{
		Key: "offer_ordered", Verbs: []string{"offer.ordered"}, To: leader, Urgent: true, SMS: true, Phone: true, Page: "/myoffers?id={subject}",
		Zh: "调度令 {order} 已下达，请受令并按时报到。联系电话：{contacts}", En: "Dispatch order {order} is given: acknowledge it and report in time. Phone: {contacts}",
		Ends: append([]string{"offer.acknowledged"}, offerOver...),
	},
	{
		Key: "offer_approved", Verbs: []string{"offer.agreed"}, When: is("state", "approved"), To: leader, SMS: true, Page: "/myoffers?id={subject}",
		Zh: "报名 {number} 已批准，等待下达调度令；未接调度令请勿出发。", En: "Offer {number} is approved. Wait for the dispatch order before you set out.",
	},
	{
		Key: "offer_returned", Verbs: []string{"offer.returned", "offer.sent_back"}, To: leader, SMS: true, Phone: true, Page: "/myoffers?id={subject}",
		Zh: "报名 {number} 退回补正，请查看原因后重报。", En: "Offer {number} is returned: read why, correct it and send it again.",
		Ends: append([]string{"offer.corrected"}, offerOver...),
	},
	{
		Key: "offer_refused", Verbs: []string{"offer.refused", "offer.declined"}, To: leader, Urgent: true, SMS: true, Phone: true, Page: "/myoffers?id={subject}",
		Zh: "报名 {number} 不予批准，请勿前往。", En: "Offer {number} is refused. Do not set out.",
	},
	{
		Key: "offer_standby", Verbs: []string{"offer.put_on_standby"}, To: leader, SMS: true, Page: "/myoffers?id={subject}",
		Zh: "报名 {number} 转为待命，请原地待命，未接调度令请勿出发。", En: "Offer {number} is on standby. Stay where you are until you are ordered out.",
	},
	{
		Key: "offer_taken_up", Verbs: []string{"offer.taken_up"}, To: leader, SMS: true, Page: "/myoffers?id={subject}",
		Zh: "报名 {number} 解除待命，恢复办理。", En: "Offer {number} is off standby and under way again.",
	},
	{
		Key: "offer_stood_down", Verbs: []string{"offer.stood_down"}, To: leader, Urgent: true, SMS: true, Phone: true, Page: "/myoffers?id={subject}",
		Zh: "报名 {number} 的调度已解除。尚未出发的不再出发，途中的请联系：{contacts}", En: "Offer {number} is stood down. If you have set out, phone: {contacts}",
	},
	{
		Key: "need_corrected", Verbs: []string{"need.corrected"}, To: teamsFor, Many: true, Urgent: true, SMS: true, Phone: true, Page: "/team",
		Zh: "本队报名的需求 {number} 已更正，请重新查看。", En: "Need {number}, which your offer names, is corrected. Read it again.",
	},
	{
		Key: "need_withdrawn", Verbs: []string{"need.withdrawn"}, To: teamsFor, Many: true, Urgent: true, SMS: true, Phone: true, Page: "/myoffers",
		Zh: "本队报名的需求 {number} 已撤回。尚未出发的请勿前往，途中的请联系：{contacts}", En: "Need {number}, which your offer names, is withdrawn. Do not set out; on the way, phone: {contacts}",
	},
	{
		Key: "need_read_corrected", Verbs: []string{"need.corrected"}, To: readersOf, Many: true, Page: "/team",
		Zh: "本队看过的需求 {number} 已更正，请重新查看。", En: "Need {number}, which your team has read, is corrected. Read it again.",
	},
	{
		Key: "need_read_withdrawn", Verbs: []string{"need.withdrawn"}, To: readersOf, Many: true, Page: "/team",
		Zh: "本队看过的需求 {number} 已撤回，请勿据此前往。", En: "Need {number}, which your team has read, is withdrawn. Do not set out for it.",
	},
	{
		Key: "pass_revoked", Verbs: []string{"pass.revoked"}, To: leader, Urgent: true, SMS: true, Phone: true, Page: "/myoffers",
		Zh: "通行证 {number} 已撤销，不得继续使用。", En: "Pass {number} is revoked and must not be used any more.",
	},
	{
		Key: "pass_signed_anew", Verbs: []string{"pass.signed_anew"}, To: leader, Urgent: true, SMS: true, Phone: true, Page: "/myoffers",
		Zh: "通行证 {number} 的签名密钥已停用，原证和原通行码作废，请重新打印后使用。", En: "The key that signed pass {number} is ended: the old paper and code count no more. Print it again.",
	},
	{
		Key: "escort_asked", Verbs: []string{"escort.asked"}, To: teamsNamed, Many: true, Page: "/myoffers",
		Zh: "已为本队车辆申请警车带道 {number}，拟 {at} 集结，安排后另行通知。", En: "The police were asked to lead your vehicles ({number}), to gather at {at}. You are told when it is arranged.",
	},
	{
		Key: "escort_arranged", Verbs: []string{"escort.arranged"}, To: teamsNamed, Many: true, Urgent: true, SMS: true, Phone: true, Page: "/myoffers",
		Zh: "警车带道 {number} 已安排，{at} 出发，请查看集结地点并按时到达。", En: "Escort {number} is arranged and sets out at {at}: look where it gathers, and be there in time.",
		Ends: []string{"escort.set_out", "escort.finished", "escort.refused", "escort.cancelled"},
	},
	{
		Key: "escort_off", Verbs: []string{"escort.refused", "escort.cancelled"}, To: teamsNamed, Many: true, Urgent: true, SMS: true, Phone: true, Page: "/myoffers",
		Zh: "警车带道 {number} 未能安排或已取消，请查看原因。联系电话：{contacts}", En: "Escort {number} cannot be arranged or is cancelled: read why. Phone: {contacts}",
	},
	{
		Key: "service_area_published", Verbs: []string{"service_area.published"}, To: teamsNamed, Many: true, Page: "/myoffers",
		Zh: "服务区公告：{road}（{direction}）{name}，请查看。", En: "Service area on your way: {name}, {road} ({direction}).",
	},
	{
		Key: "service_area_changed", Verbs: []string{"service_area.corrected", "service_area.withdrawn"}, To: teamsNamed, Many: true, SMS: true, Page: "/myoffers",
		Zh: "服务区公告已更正或撤回：{road}（{direction}）{name}，请重新查看。", En: "What was said of {name}, {road} ({direction}), is corrected or withdrawn. Read it again.",
	},
	{
		Key: "support_delivered", Verbs: []string{"support.delivered"}, To: leader, SMS: true, Page: "/mysupport",
		Zh: "保障申请 {number} 已登记全部到位，请确认收到。", En: "Request {number} is recorded as met. Confirm that it came.",
		Ends: []string{"support.confirmed", "support.disputed", "support.missed"},
	},
	{
		Key: "mission_given", Verbs: []string{"mission.given"}, To: leader, Urgent: true, SMS: true, Phone: true, Page: "/mymissions",
		Zh: "任务 {number} 已下达，请接受或说明不能接受的原因。", En: "Mission {number} is given: accept it, or say why you cannot.",
		Ends: []string{"mission.accepted", "mission.declined", "mission.cancelled", "mission.reassigned"},
	},
	{
		Key: "mission_taken_back", Verbs: []string{"mission.cancelled", "mission.reassigned"}, To: leader, Urgent: true, SMS: true, Phone: true, Page: "/mymissions",
		Zh: "任务 {number} 已取消或改派，请停止前往并回到集结点。", En: "Mission {number} is cancelled or given to another team: stop and return to your point.",
	},
	{
		Key: "mission_returned", Verbs: []string{"mission.returned"}, To: leader, SMS: true, Page: "/mymissions",
		Zh: "任务 {number} 未予确认，请查看原因后继续。", En: "Mission {number} is not confirmed: read why and go on.",
	},
	{
		Key: "mission_corrected", Verbs: []string{"mission.corrected"}, To: leader, Page: "/mymissions",
		Zh: "任务 {number} 确认后的成果已更正：原为救出 {was.rescued} 人、转移 {was.moved} 人、救治 {was.treated} 人，现为救出 {rescued} 人、转移 {moved} 人、救治 {treated} 人。原因请查看任务。",
		En: "The figures of mission {number} were corrected after its confirmation: {was.rescued} rescued, {was.moved} moved, {was.treated} treated before; {rescued}, {moved}, {treated} now. The mission says why.",
	},
	{
		Key: "party_turned_back", Verbs: []string{"party.turned_back"}, To: leader, Urgent: true, SMS: true, Phone: true, Page: "/mysite",
		Zh: "本队未经批准到场，现予劝返，请到报备点办理离场。", En: "Your team came without approval and is asked to leave: be counted out at the point.",
		Ends: []string{"party.checked_out"},
	},
	{
		Key: "party_regularised", Verbs: []string{"party.regularised"}, To: leader, SMS: true, Page: "/mysite",
		Zh: "本队已补办批准，按到场队伍管理，请等待任务。", En: "Your team is regularised: wait for a mission.",
	},
	{
		Key: "withdrawal_ordered", Verbs: []string{"party.released"}, To: leader, Urgent: true, SMS: true, Phone: true, Page: "/mywithdrawal",
		Zh: "撤离令已下达，请受领并按时间、路线离场。", En: "Your team is ordered to leave: acknowledge, and go by the time and route given.",
		Ends: []string{"party.order_taken", "party.recalled", "party.checked_out"},
	},
	{
		Key: "withdrawal_recalled", Verbs: []string{"party.recalled"}, To: leader, Urgent: true, SMS: true, Phone: true, Page: "/mywithdrawal",
		Zh: "撤离已撤销，请留在现场等待任务。", En: "The withdrawal is taken back: stay on site and wait for a mission.",
	},
	{
		Key: "check_out_undone", Verbs: []string{"party.check_out_undone"}, To: leader, Urgent: true, SMS: true, Phone: true, Page: "/mywithdrawal",
		Zh: "本队离场登记已撤销，人员和车辆仍计为在场，请联系清点地点核对。", En: "The check-out of your team is undone: its people and vehicles count as inside. Ask the point where you are counted out.",
		Ends: []string{"party.checked_out"},
	},
	{
		Key: "enquiry_answered", Verbs: []string{"enquiry.answered"}, To: leader, SMS: true, Page: "/myenquiries",
		Zh: "咨询 {number} 已答复，请查看。", En: "Your question {number} is answered.",
	},
	{
		Key: "contacts_published", Verbs: []string{"incident.contacts_published"}, To: teamsIn, Many: true, SMS: true, Phone: true, Page: "/messages",
		Zh: "现场协调机制联系方式：{contacts}", En: "The coordination mechanism is reached at: {contacts}",
	},
	// Groups, offices and those who sign.
	{
		Key: "sign_waiting", Verbs: []string{"offer.submitted", "offer.agreed"}, To: signer, Phone: true, Page: "/offers?id={subject}",
		Zh: "报名 {number}（{teamName}）待审批，{due} 前办结。", En: "Offer {number} ({teamName}) waits for approval until {due}.",
		Ends: signed,
	},
	{
		Key: "sign_overdue", To: deputy, Urgent: true, Phone: true, Page: "/offers?id={subject}",
		Zh: "报名 {number} 的审批已逾期，请即办理。", En: "The approval of offer {number} is overdue. Sign it now.",
		Ends: signed,
	},
	{
		Key: "sign_escalated", To: superior, Urgent: true, Phone: true, Page: "/offers?id={subject}",
		Zh: "报名 {number} 的审批再次逾期，可由上级单位代为签署。", En: "The approval of offer {number} is overdue twice: the level above may sign it.",
		Ends: signed,
	},
	{
		Key: "directive_given", Verbs: []string{"directive.given"}, To: groupsOf("groups"), Urgent: true, Phone: true, Page: "/incident/{incident}?tab=directives",
		Zh: "现场指挥部指令 {number} 交本组办理，请签收。", En: "Order {number} of headquarters is given to your group: acknowledge it.",
		Ends: []string{"directive.acknowledged", "directive.reported", "directive.lifted"},
	},
	{
		Key: "self_deployed", Verbs: []string{"party.self_deployed"}, To: workers(org.Coordination), Urgent: true, Page: "/reception?tab=unapproved",
		Zh: "{teamName}未经批准到场（{number}），待补办批准或劝返。", En: "{teamName} came without approval ({number}): regularise it or turn it back.",
		Ends: []string{"party.regularised", "party.turned_back", "party.joined_host"},
	},
	{
		Key: "mission_declined", Verbs: []string{"mission.declined", "mission.blocked"}, To: workers(org.Coordination), Urgent: true, Page: "/missions?id={subject}",
		Zh: "任务 {number}：{teamName}不能接受或受阻，请处置。", En: "Mission {number}: {teamName} declined it or is blocked.",
		Ends: []string{"mission.resumed", "mission.cancelled", "mission.reassigned"},
	},
	{
		Key: "mission_done", Verbs: []string{"mission.done"}, To: workers(org.Coordination), Page: "/missions?id={subject}",
		Zh: "任务 {number}：{teamName}报告完成，待确认。", En: "Mission {number}: {teamName} reports it done; confirm it.",
		Ends: []string{"mission.confirmed", "mission.returned"},
	},
	{
		Key: "passes_signed_anew", Verbs: []string{"key.passes_signed"}, To: workers(org.Support), Urgent: true, Page: "/passes",
		Zh: "原签名密钥已停用，{passes} 张通行证已重新签章，请通知车队重新打印，并告知各卡口核对新密钥。", En: "The key of passes is ended; signed anew: {passes}. Have them printed again, and tell every gate to compare the new key.",
	},
	{
		Key: "enquiry_asked", Verbs: []string{"enquiry.asked"}, To: group("group"), Page: "/enquiries",
		Zh: "咨询 {number} 待答复。", En: "Question {number} waits for an answer.", Ends: []string{"enquiry.answered"},
	},
	{
		Key: "handover_sent", Verbs: []string{"handover.sent"}, When: func(b body) bool { return b.text("from") != b.text("to") }, To: group("to"),
		Page: "/incident/{incident}", Zh: "有移交本组的事项待接收。", En: "An item handed over to your group waits to be taken.",
		Ends: []string{"handover.taken", "handover.returned"},
	},
	{
		Key: "handover_returned", Verbs: []string{"handover.returned"}, To: group("from"), Page: "/incident/{incident}",
		Zh: "本组移交的事项被退回。", En: "An item that your group handed over was returned.",
	},
	{
		Key: "roster_submitted", Verbs: []string{"incident.roster_submitted"}, To: office, Page: "/incident/{incident}?tab=roster",
		Zh: "编组名册已报现场指挥部，待登记审批结果。", En: "The roster lies before headquarters; its decision has to be recorded.",
		Ends: []string{"incident.roster_approved", "incident.roster_returned"},
	},
	{
		Key: "roster_approved", Verbs: []string{"incident.roster_approved"}, To: groups, Page: "/incident/{incident}?tab=roster",
		Zh: "编组名册已批准，三个工作组开始履职。", En: "The roster is approved: the three groups work from now on.",
	},
	{
		Key: "roster_returned", Verbs: []string{"incident.roster_returned"}, To: office, Page: "/incident/{incident}?tab=roster",
		Zh: "编组名册被退回，请修改后重报。", En: "The roster was returned: change it and submit it again.",
	},
	{
		Key: "liaison_named", Verbs: []string{"mechanism.liaison_named"}, When: func(b body) bool { return b["replaced"] == true }, To: office, Page: "/mechanism?id={subject}",
		Zh: "{name}更换了联络员。", En: "{name} has named another liaison officer.",
	},
	{
		Key: "support_raised", Verbs: []string{"support.raised"}, To: workers(org.Support), Page: "/support?id={subject}",
		Zh: "保障申请 {number} 待转办：{what}", En: "Request {number} waits to be routed: {what}",
		Ends: []string{"support.routed", "support.cancelled"},
	},
	{
		Key: "support_disputed", Verbs: []string{"support.disputed", "support.missed"}, To: workers(org.Support), Urgent: true, Page: "/support?id={subject}",
		Zh: "保障申请 {number}：队伍反映未收到或不符。", En: "Request {number}: the team says that it did not come, or not all of it.",
	},
}

// KindOf is the kind of a key; ok is false for one that is no longer in the table.
func KindOf(key string) (k Kind, ok bool) {
	i := slices.IndexFunc(Kinds, func(k Kind) bool { return k.Key == key })
	if i < 0 {
		return Kind{Key: key}, false
	}
	return Kinds[i], true
}

// heard are the verbs of the journal that tell or end something.
func heard() map[string]bool {
	verbs := map[string]bool{}
	for _, k := range Kinds {
		for _, v := range slices.Concat(k.Verbs, k.Ends) {
			verbs[v] = true
		}
	}
	return verbs
}

// roles are the roles of those who work the queue of a group.
var roles = map[org.Group]access.Role{org.General: access.General, org.Coordination: access.Coordination, org.Support: access.Support}
