import { describe, expect, it } from 'vitest'
import type { UnitSeat, GroupRoster } from '../api/types'
import { blankDecision, decisionOf, lacks } from './decide'
import { byGroup, emptyGroups, faultsOf, newRow, personsOf, prefilled, rowsOf } from './roster'

const roster = { persons: [
  { group: 'support', unit: '市交通局', name: '甲', post: '组长', duty: '通行', phoneMasked: '138****0001' },
  { group: 'general', unit: '市应急局', name: '乙', post: '', duty: '' },
] } as Pick<GroupRoster, 'persons'>

describe('roster', () => {
  it('begins with the liaison officers of the units that sit in each group', () => {
    const rows = prefilled(
      [{ group: 'support', unit: 'u1', name: '市交通局' }, { group: 'general', unit: 'u2', name: '市应急局' }, { group: 'general', unit: 'u3', name: '市民政局' }],
      [{ unit: 'u1', liaison: { name: '甲' } }, { unit: 'u2' }] as UnitSeat[],
    )
    expect(rows.map((r) => [r.group, r.unit, r.name])).toEqual([['general', '市应急局', ''], ['general', '市民政局', ''], ['support', '市交通局', '甲']])
  })
  it('sends a number only when a new one is written', () => {
    const rows = rowsOf(roster)
    rows[1]!.phone = ' 13800000002 '
    expect(personsOf(rows)).toEqual([
      { group: 'support', unit: '市交通局', name: '甲', post: '组长', duty: '通行' },
      { group: 'general', unit: '市应急局', name: '乙', post: '', duty: '', phone: '13800000002' },
    ])
  })
  it('leaves out what only the template wrote and names what is missing', () => {
    const rows = [newRow({ unit: '市民政局' }), newRow({ post: '组长' }), newRow({ unit: '市公安局', name: '丙' })]
    expect(personsOf([rows[0]!])).toEqual([])
    expect(faultsOf(rows)).toEqual([{ row: rows[1]!.key, field: 'unit' }, { row: rows[1]!.key, field: 'name' }])
  })
  it('groups persons and keeps their place in the edition', () => {
    expect(byGroup(roster).map((g) => [g.group, g.persons.map((p) => p.no)])).toEqual([['general', [1]], ['support', [0]]])
    expect(emptyGroups(roster.persons)).toEqual(['coordination'])
  })
})

describe('a decision on behalf', () => {
  it('has a number when it is a paper, and waits for it when it was said', () => {
    const d = blankDecision(Date.parse('2026-06-18T02:02:00Z'), '指挥部')
    expect(lacks(d)).toEqual(['reference'])
    d.how = 'phone'
    expect(lacks(d)).toEqual([])
    expect(decisionOf(d, 'x')).toEqual({ id: 'x', decidedBy: '指挥部', how: 'phone', decidedAt: '2026-06-18T02:02:00.000Z' })
    d.decidedAt = undefined
    d.decidedBy = ' '
    expect(lacks(d)).toEqual(['decidedBy', 'decidedAt'])
  })
})
