package app

import (
	"context"

	"lianyuan/domain/access"
	"lianyuan/domain/enquiry"
	"lianyuan/platform/id"
)

// demoEnquiries are what teams have asked about the flood; ago is in minutes. team "" is the one that the demo leader leads.
var demoEnquiries = []struct {
	ago                                int
	team, name                         string
	situation, topic, question, answer string
	share                              bool
}{
	{58, "", "沙溪车友自发救援群", "applying", "approval", "没有登记的群能不能参加救援", "未依法登记的不单独编组，可编入就近队伍作为志愿者，请先与该队联系", true},
	{41, "巴渝水域救援队", "", "on_site", "support", "集结区在哪里加油", "北渡集结区油料点，凭任务单加注，联系电话见公布的保障组号码", true},
	{33, "leads", "", "applying", "passage", "冲锋舟拖车随车走，是否要单独的通行证", "拖车随主车，主车通行证注明拖挂即可", false},
	{19, "缙云水域救援队", "", "applying", "passage", "渝黔高速是否已恢复通行，从哪里下道", "", false},
	{3, "leads", "", "on_site", "check_in", "到綦江体育中心后找谁报备", "", false},
}

// enquiries has teams ask and the groups answer.
func (d *demo) enquiries(ctx context.Context, flood, leads string) error {
	group := d.as(d.ids["zonghe"], access.Grant{Role: access.General, Place: "/50/"})(ctx)
	for _, x := range demoEnquiries {
		q := enquiry.Question{ID: id.New(), TeamName: x.name, Situation: x.situation, Topic: x.topic, Words: x.question}
		switch x.team {
		case "":
		case "leads":
			q.Team = leads
		default:
			t, _, err := d.manifest(group, x.team)
			if err != nil {
				return err
			}
			q.Team = t.ID
		}
		d.ago(x.ago)
		if err := d.Enquiries.Ask(group, flood, q); err != nil {
			return err
		}
		if x.answer == "" {
			continue
		}
		d.ago(x.ago - 3)
		if err := d.Enquiries.Take(group, q.ID, enquiry.Step{ID: id.New(), Verb: "answer", Words: x.answer, Share: x.share}); err != nil {
			return err
		}
	}
	d.ago(0)
	return nil
}
