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
	SystemAdmin  Role = "sysadmin"     // runs the system, sees no business
	Security     Role = "secadmin"     // grants, never to himself
	Auditor      Role = "auditor"      // proves who did what
)

// The verbs.
const (
	ReportSee    Verb = "report.see"
	ReportTake   Verb = "report.take"   // enter a report on behalf of a caller
	ReportVerify Verb = "report.verify" // look, call back, decide
	ReportReveal Verb = "report.reveal" // see a number, with a purpose
	NeedSee      Verb = "need.see"
	NeedEdit     Verb = "need.edit"
	NeedPublish  Verb = "need.publish"
	NeedTeam     Verb = "need.team" // see what is published to teams
	OrderSee     Verb = "instruction.see"
	OrderRecord  Verb = "instruction.record"
	AccountSee   Verb = "account.see"
	AccountGrant Verb = "account.grant"
	ParamSee     Verb = "parameter.see"
	ParamSet     Verb = "parameter.set"
	JournalSee   Verb = "journal.see"
	SystemSee    Verb = "system.see"
)

// roles is the whole of what each role may do; access.golden pins it down operation by operation.
var roles = map[Role][]Verb{
	Duty:         {ReportSee, ReportTake, ReportVerify, ReportReveal, NeedSee, OrderSee, ParamSee},
	Office:       {ReportSee, ReportTake, ReportVerify, ReportReveal, NeedSee, NeedEdit, NeedPublish, OrderSee, OrderRecord, ParamSee, ParamSet},
	General:      {ReportSee, ReportTake, ReportVerify, ReportReveal, NeedSee, NeedEdit, NeedPublish, OrderSee, OrderRecord, ParamSee},
	Coordination: {ReportSee, NeedSee, OrderSee, ParamSee},
	Support:      {NeedSee, OrderSee, ParamSee},
	Leader:       {NeedTeam},
	SystemAdmin:  {SystemSee, ParamSee},
	Security:     {AccountSee, AccountGrant},
	Auditor:      {JournalSee, AccountSee},
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
