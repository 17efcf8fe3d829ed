import type { IncidentDetail, UnitSeat, Person, PersonIn, GroupRoster } from '../api/types'
import { groups } from './steps'

export interface RosterRow { key: number; group: string; unit: string; name: string; post: string; duty: string; phone: string; masked: string }
let keys = 0
export function newRow(of: Partial<RosterRow> = {}): RosterRow {
  return { group: 'general', unit: '', name: '', post: '', duty: '', phone: '', masked: '', ...of, key: ++keys }
}

export function rowsOf(r: Pick<GroupRoster, 'persons'> | undefined): RosterRow[] {
  return (r?.persons ?? []).map((p) => newRow({ group: p.group, unit: p.unit, name: p.name, post: p.post, duty: p.duty, masked: p.phoneMasked ?? '' }))
}

// Every unit that sits in a group stands in it with its liaison officer; a unit that has named nobody leaves a gap to
// fill. Numbers are not known here: they are masked, and the roster keeps its own.
export function prefilled(seats: IncidentDetail['seats'], members: Pick<UnitSeat, 'unit' | 'liaison'>[]): RosterRow[] {
  return groups.flatMap((g) =>
    seats.filter((s) => s.group === g).map((s) => {
      const officer = members.find((m) => m.unit === s.unit)?.liaison
      return newRow({ group: g, unit: s.name, name: officer?.name ?? '' })
    }),
  )
}

export interface RowFault { row: number; field: 'unit' | 'name' }
// Rows without anything written but their unit are left out, not refused: the template puts them there.
export function isBlank(r: RosterRow): boolean {
  return ![r.name, r.post, r.duty, r.phone].some((s) => s.trim())
}
export function faultsOf(rows: RosterRow[]): RowFault[] {
  return rows.filter((r) => !isBlank(r)).flatMap((r) => (['unit', 'name'] as const).filter((f) => !r[f].trim()).map((field) => ({ row: r.key, field })))
}
export function personsOf(rows: RosterRow[]): PersonIn[] {
  return rows.filter((r) => !isBlank(r)).map((r) => ({
    group: r.group, unit: r.unit.trim(), name: r.name.trim(), post: r.post.trim(), duty: r.duty.trim(), ...(r.phone.trim() ? { phone: r.phone.trim() } : {}),
  }))
}

export interface Placed extends Person { no: number }
// The number of a person is asked for by the place in the edition, so rows keep it when they are grouped.
export function byGroup(r: Pick<GroupRoster, 'persons'>): { group: string; persons: Placed[] }[] {
  const placed = r.persons.map((p, no) => ({ ...p, no }))
  return groups.map((group) => ({ group, persons: placed.filter((p) => p.group === group) })).filter((g) => g.persons.length)
}
export function emptyGroups(persons: { group: string }[]): string[] {
  return groups.filter((g) => !persons.some((p) => p.group === g))
}
