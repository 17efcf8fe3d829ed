import { describe, expect, it } from 'vitest'
import type { Hit } from '../api/types'
import { leadsTo, listOf, opens } from './lead'

const desk = ['incident.see', 'report.see', 'need.see', 'team.see', 'offer.see', 'reception.see', 'mission.see', 'support.see', 'enquiry.see', 'pass.issue', 'account.see']
const leader = ['need.team', 'team.own', 'support.own', 'enquiry.own', 'offer.send', 'pass.see', 'reception.own', 'mission.own']
const hit = (with_: Partial<Hit> = {}): Hit => ({ id: 'x', title: 't', ...with_ })

describe('where a hit leads', () => {
  it.each([
    ['incident', hit(), '/incident/x', ''],
    ['need', hit(), '/publish?state=all&id=x', '/team?at=x'],
    ['report', hit(), '/needs?stage=all&id=x', ''],
    ['team', hit(), '/teams?id=x', '/myteam'],
    ['offer', hit(), '/offers?tab=all&id=x', '/myoffers?at=x'],
    ['party', hit({ party: 'p', partyState: 'checked_in' }), '/reception?tab=here&id=p', ''],
    ['party', hit({ party: 'p', partyState: 'self_deployed' }), '/reception?tab=unapproved&id=p', ''],
    ['party', hit({ party: 'p', partyState: 'home_safe' }), '/reception?tab=out&id=p', ''],
    ['person', hit({ party: 'p', partyState: 'leaving' }), '/reception?tab=here&id=p', '/myteam'],
    ['vehicle', hit({ team: { id: 'q', name: 'n' } }), '/teams?id=q', '/myteam'],
    ['pass', hit({ offer: 'o' }), '/passes?id=x', '/myoffers?at=o'],
    ['mission', hit({ state: 'given' }), '/missions?id=x', '/mymissions?at=x'],
    ['mission', hit({ state: 'confirmed' }), '/missions?state=ended&id=x', '/mymissions?at=x'],
    ['support', hit(), '/support?state=all&id=x', '/mysupport?id=x'],
    ['enquiry', hit(), '/enquiries?state=all&at=x', ''],
    ['account', hit(), '/accounts?id=x', ''],
    ['place', hit({ id: '500110' }), '/publish?state=all&place=500110', ''],
  ] as const)('%s', (kind, of, forDesk, forLeader) => {
    expect([leadsTo(kind, of, desk), leadsTo(kind, of, leader), leadsTo(kind, of, [])]).toEqual([forDesk, forLeader, ''])
    expect([opens(kind, desk), opens(kind, leader)]).toEqual([true, forLeader !== ''])
  })
  it('leads to the list that holds it all', () => {
    expect(listOf('report', [hit()], desk)).toBe('/needs?stage=all')
    expect(listOf('need', [hit(), hit({ drill: true })], desk)).toBe('')
    expect([listOf('need', [hit()], leader), listOf('mission', [hit()], desk)]).toEqual(['', ''])
  })
})
