import { describe, expect, it } from 'vitest'
import type { MechanismDetail } from '../api/types'
import { draftFrom, draftOf, editOf, faultsOf, newUnit } from './edit'

const upper = {
  name: '市级机制', basis: '渝减办〔2022〕5号', authority: '市政府', lead: '救援协调处', head: '处长', phone: '023-00000001',
  members: [
    { unit: 'a', name: '市应急局', kind: 'government', role: 'lead', duty: '牵头', groups: ['general', 'coordination', 'support'] },
    { unit: 'b', name: '救援支撑队', kind: 'other', role: 'support_team', duty: '', groups: [] },
  ],
} as unknown as MechanismDetail

describe('a mechanism', () => {
  it('is written anew as it stands', () => {
    const d = draftOf(upper)
    expect(faultsOf(d)).toEqual([])
    expect(editOf(d)).toMatchObject({ name: '市级机制', phone: '023-00000001', members: [{ name: '市应急局', groups: ['general', 'coordination', 'support'] }, { role: 'support_team', groups: [] }] })
  })
  it('of a district begins with the groups of the upper one, and with papers of its own', () => {
    const d = draftFrom(upper)
    expect([d.name, d.basis, d.phone]).toEqual(['', '', ''])
    expect(d.units.map((u) => u.name)).toEqual(['市应急局', '救援支撑队'])
    expect(draftFrom(undefined).units).toHaveLength(1)
  })
  it('names what is missing', () => {
    const d = draftFrom(undefined)
    expect(faultsOf(d)).toEqual(['name', 'lead', 'unitName', 'groupEmpty'])
    d.units.push(newUnit({ name: '民政局', role: 'lead', groups: ['general'] }), newUnit({ name: '民政局' }))
    expect(faultsOf(d)).toEqual(['name', 'lead', 'unitName', 'twice', 'oneLead', 'groupEmpty'])
  })
  it('keeps a support team out of the groups', () => {
    const d = draftOf(upper)
    d.units[0]!.role = 'support_team'
    expect(faultsOf(d)).toEqual(['oneLead', 'groupEmpty'])
    expect(editOf(d).members[0]!.groups).toEqual([])
  })
})
