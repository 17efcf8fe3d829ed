package situation

import (
	"strings"
	"time"
)

// definition is how one figure is read off what the contexts counted.
type definition struct {
	key, block, zh, en, unit, page string
	of                             func(in inputs) (n int64, known bool)
}

func is(n int) (int64, bool) { return int64(n), true }

// after is the minutes from one moment to another; not known while one is missing.
func after(from, to time.Time) (int64, bool) {
	if from.IsZero() || to.IsZero() {
		return 0, false
	}
	return int64(to.Sub(from).Round(time.Minute) / time.Minute), true
}

func moment(t time.Time) (int64, bool) { return t.UnixMicro(), !t.IsZero() }

// The pages that show the rows behind figures; the name of the part follows, the incident is added when they are shown.
const (
	reports  = "/needs?figure="
	needs    = "/publish?figure="
	offers   = "/offers?figure="
	parties  = "/reception?figure="
	people   = "/inside?figure="
	missions = "/missions?figure="
	requests = "/support?figure="
	waves    = "/withdrawal?figure="
	passes   = "/passes?"
	gates    = "/passes?tab=log&figure="
	roster   = "/incident/{incident}?tab=roster"
	summary  = "/summary/{incident}"
	byTeam   = summary + "#teams" // a sum that is no list of rows, broken down by team
)

// pathIn is a path of the pages for an incident.
func pathIn(path, incident string) string {
	switch {
	case path == "":
		return ""
	case strings.Contains(path, "{incident}"):
		return strings.Replace(path, "{incident}", incident, 1)
	case strings.HasSuffix(path, "?"):
		return path + "incident=" + incident
	case strings.Contains(path, "?"):
		return path + "&incident=" + incident
	}
	return path + "?incident=" + incident
}

// table is every figure but those of the categories of logistics, which come from their table (S004-38, S004-59, S004-83).
var table = slicesOf(needFigures, offerFigures, siteFigures, passFigures, missionFigures, supportFigures, leavingFigures, timeFigures)

func slicesOf(parts ...[]definition) (all []definition) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

var needFigures = []definition{
	{"needs.received", "needs", "接报", "Reports received", "item", reports + "received", func(in inputs) (int64, bool) { return is(in.needs.Received) }},
	{"needs.verified", "needs", "核实属实", "Verified", "item", reports + "verified", func(in inputs) (int64, bool) { return is(in.needs.Verified) }},
	{"needs.merged", "needs", "合并重复", "Merged with another", "item", reports + "merged", func(in inputs) (int64, bool) { return is(in.needs.Merged) }},
	{"needs.false", "needs", "虚假", "False", "item", reports + "false", func(in inputs) (int64, bool) { return is(in.needs.False) }},
	{"needs.unclear", "needs", "联系不上或无法核实", "Unreachable or unverifiable", "item", reports + "unclear", func(in inputs) (int64, bool) {
		return is(in.needs.Unclear)
	}},
	{"needs.self_rescued", "needs", "已自救", "Safe by own means", "item", reports + "self_rescued", func(in inputs) (int64, bool) { return is(in.needs.SelfRescued) }},
	{"needs.passed", "needs", "转公安、医疗", "Passed to police or medical care", "item", reports + "passed", func(in inputs) (int64, bool) {
		return is(in.needs.Passed)
	}},
	{"needs.undecided", "needs", "未作结论", "Not decided", "item", reports + "undecided", func(in inputs) (int64, bool) { return is(in.needs.Undecided) }},
	{"needs.made", "needs", "形成需求", "Needs made of them", "item", needs + "made", func(in inputs) (int64, bool) { return is(in.needs.Made) }},
	{"needs.published", "needs", "曾发布需求", "Needs that were published", "item", needs + "published", func(in inputs) (int64, bool) { return is(in.needs.Published) }},
	{"needs.shown", "needs", "仍在发布", "Published still", "item", needs + "shown", func(in inputs) (int64, bool) { return is(in.needs.Shown) }},
	{"needs.open", "needs", "待发布", "Not published", "item", needs + "open", func(in inputs) (int64, bool) { return is(in.needs.Open) }},
	{"needs.closed", "needs", "办结需求", "Needs closed", "item", needs + "closed", func(in inputs) (int64, bool) { return is(in.needs.Closed) }},
	{"needs.corrected", "needs", "更正需求", "Corrected after publication", "item", needs + "corrected", func(in inputs) (int64, bool) { return is(in.needs.Corrected) }},
	{"needs.withdrawn", "needs", "撤回需求", "Withdrawn", "item", needs + "withdrawn", func(in inputs) (int64, bool) { return is(in.needs.Withdrawn) }},
}

var offerFigures = []definition{
	{"offers.teams", "offers", "报名队伍", "Teams that signed up", "team", offers + "all", func(in inputs) (int64, bool) { return is(in.offers.Teams) }},
	{"offers.all", "offers", "报名", "Offers", "offer", offers + "all", func(in inputs) (int64, bool) { return is(in.offers.Offers) }},
	{"offers.people", "offers", "有效报名人员", "People on offers that stand", "person", offers + "standing", func(in inputs) (int64, bool) { return is(in.offers.People) }},
	{"offers.approved", "offers", "完成审批", "Approved by every level", "offer", offers + "signed", func(in inputs) (int64, bool) { return is(in.offers.Approved) }},
	{"offers.standby", "offers", "待命", "On standby", "offer", offers + "standby", func(in inputs) (int64, bool) { return is(in.offers.Standby) }},
	{"offers.refused", "offers", "不予批准或接收", "Refused", "offer", offers + "refused", func(in inputs) (int64, bool) { return is(in.offers.Refused) }},
	{"offers.withdrawn", "offers", "撤回报名", "Withdrawn", "offer", offers + "withdrawn", func(in inputs) (int64, bool) { return is(in.offers.Withdrawn) }},
	{"offers.urgent", "offers", "先出动后补批", "Deployed first, signed after", "offer", offers + "urgent", func(in inputs) (int64, bool) { return is(in.offers.Urgent) }},
	{"offers.unsigned", "offers", "尚未补签", "Of them, not signed yet", "offer", offers + "unsigned", func(in inputs) (int64, bool) { return is(in.offers.Unsigned) }},
	{"offers.orders", "offers", "下达调度令", "Dispatch orders", "offer", offers + "orders", func(in inputs) (int64, bool) { return is(in.offers.Orders) }},
	{"offers.taken", "offers", "受令", "Orders acknowledged", "offer", offers + "taken", func(in inputs) (int64, bool) { return is(in.offers.Taken) }},
	{"offers.approval_median", "offers", "审批用时中位数", "Median time of approval", "minute", offers + "signed", func(in inputs) (int64, bool) {
		return int64(in.offers.Approval.Round(time.Minute) / time.Minute), in.offers.Approved > 0
	}},
}

var siteFigures = []definition{
	{"site.teams", "site", "到场队伍", "Teams that came", "team", parties + "all", func(in inputs) (int64, bool) { return is(in.site.Teams) }},
	{"site.parties", "site", "到场批次", "Parties received", "batch", parties + "all", func(in inputs) (int64, bool) { return is(len(in.site.Parties)) }},
	{"site.people", "site", "到场人员", "People who came", "person", people + "came", func(in inputs) (int64, bool) { return is(in.site.People) }},
	{"site.walk_ins", "site", "零散志愿者", "Walk-in volunteers", "person", people + "walk_ins", func(in inputs) (int64, bool) { return is(in.site.WalkIns) }},
	{"site.vehicles", "site", "到场车辆", "Vehicles that came", "vehicle", byTeam, func(in inputs) (int64, bool) { return is(in.site.Vehicles) }},
	{"site.equipment", "site", "到场装备", "Equipment that came", "piece", byTeam, func(in inputs) (int64, bool) {
		n := 0
		for _, p := range in.site.Parties {
			n += p.Equipment
		}
		return is(n)
	}},
	{"site.unapproved", "site", "未经批准到场", "Came without approval", "batch", parties + "unapproved", func(in inputs) (int64, bool) { return is(in.site.Unapproved) }},
	{"site.unapproved_people", "site", "未经批准到场人员", "People who came without approval", "person", parties + "unapproved", func(in inputs) (int64, bool) { return is(in.site.UnapprovedPeople) }},
	{"site.regularised", "site", "补办批准", "Of them, regularised", "batch", parties + "regularised", func(in inputs) (int64, bool) { return is(in.site.Regularised) }},
	{"site.turned_back", "site", "劝返", "Of them, turned back", "batch", parties + "turned_back", func(in inputs) (int64, bool) { return is(in.site.TurnedBack) }},
	{"site.absent", "site", "名单在列未到", "On a manifest and not there", "person", parties + "absent", func(in inputs) (int64, bool) { return is(in.site.Absent) }},
	{"site.extra", "site", "名单外到场", "There and on no manifest", "person", parties + "extra", func(in inputs) (int64, bool) { return is(in.site.Extra) }},
	{"site.inside", "site", "在场人员", "People inside", "person", people + "inside", func(in inputs) (int64, bool) { return is(in.site.Inside) }},
	{"site.hurt", "site", "受伤离场", "Left injured", "person", people + "hurt", func(in inputs) (int64, bool) { return is(in.site.Hurt) }},
	{"site.hours", "site", "队伍在场时间", "Time of teams on site", "hour", byTeam, func(in inputs) (int64, bool) { return in.onSite(false), true }},
	{"site.idle_hours", "site", "其中无任务时间", "Of it, without a mission", "hour", byTeam, func(in inputs) (int64, bool) { return in.onSite(true), true }},
}

// onSite is the hours of all parties on site, or those without a mission: the time is added up and then rounded, as the
// indicator of waste does, and the table of teams adds up to it.
func (in inputs) onSite(idle bool) int64 {
	var sum time.Duration
	for _, p := range in.site.Parties {
		if idle {
			sum += p.Idle
		} else {
			sum += p.OnSite
		}
	}
	return hours(sum)
}

// worked is the task hours of all parties, in the same way.
func (in inputs) worked() int64 {
	var sum time.Duration
	for _, p := range in.site.Parties {
		sum += in.missions.Parties[p.ID].Worked
	}
	return hours(sum)
}

var passFigures = []definition{
	{"passage.issued", "passage", "签发通行证", "Passes issued", "pass", passes, func(in inputs) (int64, bool) { return is(in.passes.Issued) }},
	{"passage.used", "passage", "往返完成", "Used up", "pass", passes + "state=used", func(in inputs) (int64, bool) { return is(in.passes.States["used"]) }},
	{"passage.revoked", "passage", "撤销通行证", "Revoked", "pass", passes + "state=revoked", func(in inputs) (int64, bool) { return is(in.passes.States["revoked"]) }},
	{"passage.in", "passage", "卡口放行进入", "Let in at gates", "passage", gates + "in", func(in inputs) (int64, bool) { return is(in.passes.In) }},
	{"passage.out", "passage", "卡口放行离开", "Let out at gates", "passage", gates + "out", func(in inputs) (int64, bool) { return is(in.passes.Out) }},
	{"passage.turned", "passage", "卡口不放行", "Refused at gates", "passage", gates + "turned", func(in inputs) (int64, bool) { return is(in.passes.Turned) }},
	{"passage.toll_asked", "passage", "申请免费通行", "Exemption from toll asked for", "pass", passes + "toll=ever_asked", func(in inputs) (int64, bool) { return is(in.passes.TollsOf("ever_asked")) }},
	{"passage.toll_listed", "passage", "列入免费名单", "On the list of exemptions", "pass", passes + "toll=ever_listed", func(in inputs) (int64, bool) { return is(in.passes.TollsOf("ever_listed")) }},
	{"passage.toll_charged", "passage", "误收未退", "Charged and not refunded", "pass", passes + "toll=unrefunded", func(in inputs) (int64, bool) { return is(in.passes.TollsOf("unrefunded")) }},
	{"passage.toll_refunded", "passage", "误收已退", "Charged and refunded", "pass", passes + "toll=refunded", func(in inputs) (int64, bool) { return is(in.passes.Tolls["refunded"]) }},
}

var missionFigures = []definition{
	{"missions.given", "missions", "下达任务", "Missions given", "mission", missions + "given", func(in inputs) (int64, bool) { return is(in.missions.Given) }},
	{"missions.done", "missions", "完成任务", "Done", "mission", missions + "done", func(in inputs) (int64, bool) { return is(in.missions.Ended) }},
	{"missions.confirmed", "missions", "确认完成", "Of them, confirmed", "mission", missions + "confirmed", func(in inputs) (int64, bool) { return is(in.missions.Confirmed) }},
	{"missions.running", "missions", "未办结任务", "Not ended", "mission", missions + "running", func(in inputs) (int64, bool) {
		return is(in.missions.Running)
	}},
	{"missions.declined", "missions", "队伍未接受", "Declined", "mission", missions + "declined", func(in inputs) (int64, bool) { return is(in.missions.Declined) }},
	{"missions.dropped", "missions", "取消或改派", "Cancelled or reassigned", "mission", missions + "dropped", func(in inputs) (int64, bool) { return is(in.missions.Dropped) }},
	{"missions.rescued", "missions", "营救", "Rescued", "person", missions + "rescued", func(in inputs) (int64, bool) { return is(in.missions.Rescued) }},
	{"missions.moved", "missions", "转移", "Moved to safety", "person", missions + "moved", func(in inputs) (int64, bool) { return is(in.missions.Moved) }},
	{"missions.treated", "missions", "救治", "Treated", "person", missions + "treated", func(in inputs) (int64, bool) { return is(in.missions.Treated) }},
	{"missions.hours", "missions", "任务工时", "Task hours", "personhour", byTeam, func(in inputs) (int64, bool) { return in.worked(), true }},
}

var supportFigures = []definition{
	{"support.asked", "support", "后勤申请", "Requests", "item", requests + "asked", func(in inputs) (int64, bool) { return is(in.support.Asked) }},
	{"support.met", "support", "全部到位", "Wholly met", "item", requests + "met", func(in inputs) (int64, bool) { return is(in.support.Met.Met) }},
	{"support.confirmed", "support", "队伍确认收到", "Confirmed by the team", "item", requests + "confirmed", func(in inputs) (int64, bool) { return is(in.support.Confirmed) }},
	{"support.cancelled", "support", "取消申请", "Cancelled", "item", requests + "cancelled", func(in inputs) (int64, bool) { return is(in.support.Cancelled) }},
}

var leavingFigures = []definition{
	{"withdrawal.waves", "withdrawal", "下令撤离", "Waves that were ordered", "wave", waves + "ordered", func(in inputs) (int64, bool) { return is(in.site.Waves) }},
	{"withdrawal.out", "withdrawal", "已离场", "Parties that have left", "batch", parties + "out", func(in inputs) (int64, bool) {
		return is(in.site.Out)
	}},
	{"withdrawal.home", "withdrawal", "确认平安到家", "Safely home", "batch", parties + "home", func(in inputs) (int64, bool) { return is(in.site.Home) }},
	{"withdrawal.missing", "withdrawal", "失联人员", "People not accounted for", "person", people + "unaccounted", func(in inputs) (int64, bool) { return is(in.site.Missing) }},
	{"withdrawal.lent", "withdrawal", "应归还物品", "Lines of what was lent", "item", parties + "lent", func(in inputs) (int64, bool) { return is(in.site.Lent) }},
	{"withdrawal.back", "withdrawal", "如数归还", "Of them, wholly handed back", "item", parties + "back", func(in inputs) (int64, bool) { return is(in.site.Back) }},
	{"withdrawal.damaged", "withdrawal", "损坏、丢失", "Damaged or lost", "piece", parties + "damaged", func(in inputs) (int64, bool) { return is(in.site.Damaged) }},
}

var timeFigures = []definition{
	{"times.first_report", "times", "首次接报", "First report", "moment", reports + "first", func(in inputs) (int64, bool) { return moment(in.needs.FirstReport) }},
	{"times.first_published", "times", "首次发布需求", "First need published", "moment", needs + "first", func(in inputs) (int64, bool) { return moment(in.needs.FirstPublished) }},
	{"times.first_arrival", "times", "首支队伍到场", "First team on site", "moment", parties + "first", func(in inputs) (int64, bool) { return moment(in.site.FirstIn) }},
	{"times.first_scene", "times", "首支队伍到达任务现场", "First team on scene", "moment", missions + "first", func(in inputs) (int64, bool) { return moment(in.missions.OnScene) }},
	{"times.to_publish", "times", "接报至发布", "From report to publication", "minute", needs + "first", func(in inputs) (int64, bool) {
		return after(in.needs.FirstReport, in.needs.FirstPublished)
	}},
	{"times.to_arrival", "times", "发布至到场", "From publication to arrival", "minute", parties + "first", func(in inputs) (int64, bool) {
		return after(in.needs.FirstPublished, in.site.FirstIn)
	}},
	{"times.to_scene", "times", "接报至到达任务现场", "From report to scene", "minute", missions + "first", func(in inputs) (int64, bool) {
		return after(in.needs.FirstReport, in.missions.OnScene)
	}},
}
