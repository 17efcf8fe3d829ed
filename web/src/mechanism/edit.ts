import type { MechanismDetail, MechanismEdit } from '../api/types'
import { groups } from '../incident/steps'

export const kinds = ['party', 'government', 'military', 'mass', 'enterprise', 'other'] as const
export const memberRoles = ['lead', 'member', 'support_team'] as const

export interface UnitRow { key: number; name: string; kind: string; role: string; duty: string; groups: string[] }
export interface MechanismDraft { name: string; basis: string; authority: string; founded: string | undefined; lead: string; head: string; phone: string; units: UnitRow[] }

let keys = 0
export function newUnit(of: Partial<UnitRow> = {}): UnitRow {
  return { name: '', kind: 'government', role: 'member', duty: '', groups: [], ...of, key: ++keys }
}

export function draftOf(m: MechanismDetail): MechanismDraft {
  const { name, basis, authority, founded, lead, head, phone } = m
  return { name, basis, authority, founded, lead, head, phone, units: m.members.map((x) => newUnit({ name: x.name, kind: x.kind, role: x.role, duty: x.duty, groups: [...x.groups] })) }
}

// A district's mechanism takes over how the upper one's groups are made up; names, papers and numbers are its own.
export function draftFrom(upper: MechanismDetail | undefined): MechanismDraft {
  const own = { name: '', basis: '', authority: '', founded: undefined, lead: '', head: '', phone: '' }
  return { ...own, units: upper ? draftOf(upper).units : [newUnit({ role: 'lead' })] }
}

export type DraftFault = 'name' | 'lead' | 'unitName' | 'twice' | 'oneLead' | 'groupEmpty'
export function faultsOf(d: MechanismDraft): DraftFault[] {
  const out: DraftFault[] = []
  const names = d.units.map((u) => u.name.trim())
  if (!d.name.trim()) out.push('name')
  if (!d.lead.trim()) out.push('lead')
  if (names.some((n) => !n)) out.push('unitName')
  if (new Set(names.filter(Boolean)).size < names.filter(Boolean).length) out.push('twice')
  if (d.units.filter((u) => u.role === 'lead').length !== 1) out.push('oneLead')
  if (groups.some((g) => !d.units.some((u) => sitsIn(u, g)))) out.push('groupEmpty')
  return out
}

// A support team works for the mechanism and sits in no group.
export function sitsIn(u: Pick<UnitRow, 'role' | 'groups'>, g: string): boolean {
  return u.role !== 'support_team' && u.groups.includes(g)
}

export function editOf(d: MechanismDraft): MechanismEdit {
  return {
    name: d.name.trim(), basis: d.basis.trim(), authority: d.authority.trim(), lead: d.lead.trim(), head: d.head.trim(), phone: d.phone.trim(),
    ...(d.founded ? { founded: d.founded } : {}),
    members: d.units.map((u) => ({ name: u.name.trim(), kind: u.kind, role: u.role, duty: u.duty.trim(), groups: groups.filter((g) => sitsIn(u, g)) })),
  }
}
