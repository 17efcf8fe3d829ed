package access

import "slices"

// Role is a set of verbs that people in a post need.
type Role string

// The roles.
const (
	Duty         Role = "duty"         // 值班员: takes reports of the place
	Office       Role = "office"       // 协调机制办公室
	General      Role = "general"      // 综合组
	Coordination Role = "coordination" // 协调组
	Support      Role = "support"      // 保障组
	Leader       Role = "leader"       // 队长, bound to a team
	Gate         Role = "gate"         // 卡口值守: guard, police
	Reception    Role = "reception"    // 接待报备员: receives teams on site and counts them out
	SystemAdmin  Role = "sysadmin"     // runs the system, sees no business
	Security     Role = "secadmin"     // grants, never to himself
	Auditor      Role = "auditor"      // proves who did what
)

// The verbs.
const (
	ReportSee          Verb = "report.see"
	ReportTake         Verb = "report.take"   // enter a report on behalf of a caller
	ReportVerify       Verb = "report.verify" // look, call back, decide
	ReportReveal       Verb = "report.reveal" // see a number, with a purpose
	NeedSee            Verb = "need.see"
	NeedEdit           Verb = "need.edit"
	NeedPublish        Verb = "need.publish"
	NeedTeam           Verb = "need.team" // see what is published to teams
	OrderSee           Verb = "instruction.see"
	OrderRecord        Verb = "instruction.record"
	TeamSee            Verb = "team.see"
	TeamRegister       Verb = "team.register" // keep what a team is, and its legal status
	TeamEdit           Verb = "team.edit"     // keep its people, vehicles, equipment and insurance
	TeamReveal         Verb = "team.reveal"   // see a number, with a purpose
	TeamOwn            Verb = "team.own"      // see, edit and reveal in the team that one leads
	AccountSee         Verb = "account.see"
	AccountCourse      Verb = "account.course" // what happened to accounts and their grants
	AccountGrant       Verb = "account.grant"
	AccountConfirm     Verb = "account.confirm" // the second person behind a grant that takes one
	MechanismSee       Verb = "mechanism.see"
	MechanismEdit      Verb = "mechanism.edit"
	MechanismCall      Verb = "mechanism.reveal" // see the number of a liaison officer, with a purpose
	IncidentSee        Verb = "incident.see"
	IncidentNote       Verb = "incident.register"
	IncidentEdit       Verb = "incident.edit"   // response, contacts, rosters, working groups
	IncidentLead       Verb = "incident.lead"   // activate, withdraw, close, reopen
	IncidentDecide     Verb = "incident.decide" // record on behalf of headquarters, ministry, government
	IncidentHand       Verb = "incident.hand"   // hand an item over to another group, take one over
	WorkGeneral        Verb = "group.general"   // work the queue of 综合组
	WorkCoordinate     Verb = "group.coordination"
	WorkSupport        Verb = "group.support"
	SupportSee         Verb = "support.see"
	SupportRaise       Verb = "support.raise" // ask on behalf of a team
	SupportWork        Verb = "support.work"  // route requests and write down what came
	SupportOwn         Verb = "support.own"   // ask for the own team, confirm what came
	EnquirySee         Verb = "enquiry.see"
	EnquiryAnswer      Verb = "enquiry.answer" // answer teams, write down who called
	EnquiryOwn         Verb = "enquiry.own"    // ask for the own team
	OfferSee           Verb = "offer.see"
	OfferSend          Verb = "offer.send"        // sign the own team up; on behalf of a team, register it
	DeploymentSign     Verb = "deployment.sign"   // sign for the authority of exactly the place
	DeploymentAccept   Verb = "deployment.accept" // match, put on standby, accept, deploy first
	DeploymentOrder    Verb = "deployment.order"  // give the dispatch order, stand down
	PassSee            Verb = "pass.see"
	PassIssue          Verb = "pass.issue"  // issue, revoke, follow the exemption from toll
	PassCheck          Verb = "pass.check"  // fetch the lists of gates, note passages
	NoticeSee          Verb = "notice.see"  // what went out in an incident, and who has not read it
	NoticeCall         Verb = "notice.call" // write down a phone call, send again
	ReceptionSee       Verb = "reception.see"
	ReceptionDesk      Verb = "reception.desk" // receive teams at a point of the place, count them out
	ReceptionWork      Verb = "reception.work" // receive as the coordination group: decide about who came unapproved too
	ReceptionOwn       Verb = "reception.own"  // see the own team on site
	SummarySee         Verb = "summary.see"    // the figures of an incident and its summary
	SummaryWrite       Verb = "summary.write"  // write and submit the summary
	SummaryIssue       Verb = "summary.issue"  // issue it under a number
	SummaryAdd         Verb = "summary.add"    // add a late fact to a closed incident
	MissionSee         Verb = "mission.see"
	MissionGive        Verb = "mission.give"    // keep sectors, give missions, confirm or end them
	MissionOwn         Verb = "mission.own"     // take missions of the own team, report on them
	DestructionSee     Verb = "destruction.see" // what there is of persons, what is due, what was destroyed
	DestructionPropose Verb = "destruction.propose"
	DestructionConfirm Verb = "destruction.confirm" // the second person
	DestructionHold    Verb = "destruction.hold"    // keep longer after an assessment
	ParamSee           Verb = "parameter.see"
	ParamSet           Verb = "parameter.set"
	JournalSee         Verb = "journal.see"
	SystemSee          Verb = "system.see"
)

// roles is the whole of what each role may do; access.golden pins it down operation by operation.
var roles = map[Role][]Verb{
	Duty: {ReportSee, ReportTake, ReportVerify, ReportReveal, NeedSee, OrderSee, MechanismSee, MechanismCall, IncidentSee, IncidentNote, ParamSee},
	Office: {
		ReportSee, ReportTake, ReportVerify, ReportReveal, NeedSee, NeedEdit, NeedPublish, OrderSee, OrderRecord, TeamSee, TeamRegister,
		TeamEdit, TeamReveal, MechanismSee, MechanismEdit, MechanismCall, IncidentSee, IncidentNote, IncidentEdit, IncidentLead, IncidentDecide,
		IncidentHand, WorkGeneral, WorkCoordinate, WorkSupport, SupportSee, SupportRaise, SupportWork, EnquirySee, EnquiryAnswer, OfferSee,
		OfferSend, DeploymentSign, DeploymentAccept, DeploymentOrder, PassSee, PassIssue, PassCheck, NoticeSee, NoticeCall, ReceptionSee,
		ReceptionWork, MissionSee, MissionGive, ParamSee, ParamSet, SummarySee, SummaryWrite, SummaryIssue, SummaryAdd, DestructionSee,
		DestructionPropose, DestructionConfirm, DestructionHold,
	},
	General: {
		ReportSee, ReportTake, ReportVerify, ReportReveal, NeedSee, NeedEdit, NeedPublish, OrderSee, OrderRecord, TeamSee, MechanismSee,
		MechanismCall, IncidentSee, IncidentHand, WorkGeneral, SupportSee, EnquirySee, EnquiryAnswer, OfferSee, OfferSend, PassSee, NoticeSee,
		NoticeCall, ReceptionSee, MissionSee, ParamSee, SummarySee, SummaryWrite, SummaryAdd,
	},
	Coordination: {
		ReportSee, NeedSee, OrderSee, TeamSee, MechanismSee, MechanismCall, IncidentSee, IncidentHand, WorkCoordinate, SupportSee, SupportRaise,
		EnquirySee, EnquiryAnswer, OfferSee, DeploymentAccept, DeploymentOrder, PassSee, NoticeSee, NoticeCall, ReceptionSee, ReceptionWork,
		MissionSee, MissionGive, ParamSee, SummarySee, SummaryWrite, SummaryAdd,
	},
	Support: {
		NeedSee, OrderSee, TeamSee, MechanismSee, MechanismCall, IncidentSee, IncidentHand, WorkSupport, SupportSee, SupportRaise, SupportWork,
		EnquirySee, EnquiryAnswer, OfferSee, PassSee, PassIssue, PassCheck, NoticeSee, NoticeCall, ReceptionSee, MissionSee, ParamSee,
		SummarySee, SummaryAdd,
	},
	Leader:      {NeedTeam, TeamOwn, SupportOwn, EnquiryOwn, OfferSend, PassSee, ReceptionOwn, MissionOwn},
	Gate:        {PassSee, PassCheck},
	Reception:   {IncidentSee, ReceptionSee, ReceptionDesk},
	SystemAdmin: {SystemSee, ParamSee, AccountSee, AccountConfirm},
	Security:    {AccountSee, AccountCourse, AccountGrant, AccountConfirm, DestructionSee, DestructionConfirm},
	Auditor:     {JournalSee, AccountSee, AccountCourse, DestructionSee},
}

// Roles are all roles, sorted.
func Roles() []Role {
	all := make([]Role, 0, len(roles))
	for r := range roles {
		all = append(all, r)
	}
	slices.Sort(all)
	return all
}

// Valid says whether r is a role.
func (r Role) Valid() bool { return roles[r] != nil }

// Can says whether the role holds the verb.
func (r Role) Can(v Verb) bool { return slices.Contains(roles[r], v) }

// Administrator says whether r is one of the three that nobody may hold two of (GB/T 22239-2019).
func (r Role) Administrator() bool { return r == SystemAdmin || r == Security || r == Auditor }

// TakesTwo says whether a grant of the role counts only when a second person has confirmed it: administrators, and
// those who approve.
func (r Role) TakesTwo() bool { return r.Administrator() || r == Office }

// Judges says whether who holds the role decides about teams: approves, gives orders or missions, meets requests.
func (r Role) Judges() bool {
	return slices.ContainsFunc([]Verb{DeploymentSign, DeploymentAccept, DeploymentOrder, ReceptionWork, MissionGive, SupportWork}, r.Can)
}

// TakesFactor says whether who holds the role signs in with a second factor.
func (r Role) TakesFactor() bool { return r.TakesTwo() }
