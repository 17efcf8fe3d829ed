package deployment

import (
	"fmt"
	"slices"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/parameter"
	"lianyuan/domain/place"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
)

// The faults of signing.
var (
	ErrNotSigner    = fault.New(fault.Forbidden, "deployment.not_signer", "该环节由审批单位的经办人签署", "this station is signed by the officer of its authority")
	ErrNotYet       = fault.New(fault.Conflict, "deployment.not_overdue", "尚未逾期，代理人和上级不能代签", "the deadline has not passed: neither the deputy nor the level above may sign")
	ErrStationShut  = fault.New(fault.Conflict, "deployment.station_not_open", "该环节未轮到或已办结", "this station is not open")
	ErrHere         = fault.New(fault.Conflict, "deployment.signs_here", "该单位使用本系统，应由其经办人签署", "this authority signs here by itself")
	ErrUninsured    = fault.InvalidField("body.waiver", "uninsured", "有人员保险未覆盖任务期，同意须填写豁免理由", "somebody is not insured for the whole time; agreeing takes a waiver with its reason")
	ErrUnsigned     = fault.New(fault.Conflict, "deployment.unsigned", "审批未完成，不能下达调度令；抢救生命的可先出动后补批", "the approval is not complete; to save lives the team may be deployed first")
	ErrNotAccepted  = fault.New(fault.Conflict, "deployment.not_accepted", "接收地尚未同意接收，不能下达调度令", "the destination has not accepted the team")
	ErrSaturated    = fault.New(fault.Conflict, "deployment.saturated", "所选需求力量已满，请转为待命", "enough have come for these needs; put the offer on standby")
	ErrNothingToDo  = fault.New(fault.Conflict, "deployment.no_need", "尚未匹配需求", "the offer is matched with no need")
	ErrNotPublished = fault.InvalidField("body.needs", "not_published", "所选需求未发布或不属于该事件", "a need is not published, or not part of this incident")
)

// open starts the clock of a station.
func (st *Station) open(now time.Time, limit time.Duration) {
	st.Opened, st.Due, st.Escalate = now, now.Add(limit), now.Add(2*limit)
}

// current is the station whose turn it is; nil when all have decided.
func current(stations []Station) *Station {
	i := slices.IndexFunc(stations, func(st Station) bool { return st.Result == "" })
	if i < 0 {
		return nil
	}
	return &stations[i]
}

// holds says whether the actor holds the office of exactly this authority: a city's office does not sign for a county.
func holds(a access.Actor, p place.Path) bool {
	return slices.ContainsFunc(a.Grants, func(g access.Grant) bool {
		return g.Place == p && g.Incident == "" && g.InForce(a.At) && g.Role.Can(access.DeploymentSign)
	})
}

// sits says whether the actor holds the office of a place, or one that took it over.
func (s *Service) sits(a access.Actor, p place.Path) bool {
	return slices.ContainsFunc(s.places.Tree().Desks(p, a.At), func(desk place.Path) bool { return holds(a, desk) })
}

// signs says as what the actor may sign an open station: officer at one of its desks, deputy when it is overdue, above at
// one of the desks over it when it is overdue twice.
func signs(a access.Actor, st Station, desks, over []Desk, now time.Time) (acted string, err error) {
	officer := func(d Desk) bool { return holds(a, d.Place) && (d.Officer == "" || d.Officer == a.Account) }
	deputy := func(d Desk) bool { return holds(a, d.Place) && d.Deputy == a.Account }
	switch {
	case slices.ContainsFunc(desks, officer):
		return "officer", nil
	case slices.ContainsFunc(desks, deputy):
		acted = "deputy"
		if now.Before(st.Due) {
			err = ErrNotYet
		}
	case slices.ContainsFunc(over, officer), slices.ContainsFunc(over, deputy):
		acted = "above"
		if now.Before(st.Escalate) {
			err = ErrNotYet
		}
	default:
		err = ErrNotSigner
	}
	return acted, err
}

// signer is signs with what the database says of the desks. Nobody signs for the own team.
func (s *Service) signer(tx *db.Tx, a access.Actor, o Offer, st Station) (string, error) {
	if a.Belongs(o.Team, o.Incident) {
		return "", access.ErrOwnTeam
	}
	return s.signsAt(tx, a, st)
}

// signsAt is signer for whoever stands in no tie with the team.
func (s *Service) signsAt(tx *db.Tx, a access.Actor, st Station) (string, error) {
	desks, err := s.DesksOf(tx, st.Place)
	if err != nil {
		return "", err
	}
	var over []Desk
	if up := above(s.places.Tree(), st.Authority, tx.Now); up != st.Authority {
		if over, err = s.DesksOf(tx, up.Place); err != nil {
			return "", err
		}
	}
	return signs(a, st, desks, over, tx.Now)
}

// DesksOf are the desks that sign for the authority of a place now: its own and, since it has ended, that of whoever took
// over; of several who took over, whoever signs first. For contexts above, which tell them.
func (s *Service) DesksOf(tx *db.Tx, p place.Path) (desks []Desk, err error) {
	for _, at := range s.places.Tree().Desks(p, tx.Now) {
		d, err := deskOf(tx, at)
		if err != nil {
			return nil, err
		}
		desks = append(desks, d)
	}
	return desks, nil
}

// deadline is how long the authority of a level may take (parameters dispatch.deadline.*).
func (s *Service) deadline(a Authority, at time.Time) (time.Duration, parameter.Used, error) {
	key := "dispatch.deadline." + a.Level.String()
	if a.Level == place.Nation {
		key = "dispatch.deadline.ministry"
	}
	return s.params.Minutes(a.Place, key, at)
}

// opens starts the clock of a station of an offer and keeps by what.
func (s *Service) opens(x *step, st *Station) error {
	limit, used, err := s.deadline(st.Authority, x.tx.Now)
	if err != nil {
		return err
	}
	st.open(x.tx.Now, limit)
	return parameter.Keep(x.tx, x.ID, part(x.Edition.No, st.No), used)
}

// part names a station of an edition among the values that are kept.
func part(edition, station int) string { return fmt.Sprintf("%d/%d", edition, station) }
