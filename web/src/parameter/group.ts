import type { Parameter, Used } from '../api/types'

export interface Group { key: string; items: Parameter[] }

// By the first word of the key, in the order in which the server lists them.
export function grouped(list: Parameter[]): Group[] {
  const found = new Map<string, Parameter[]>()
  for (const p of list) {
    const key = p.key.split('.')[0]!
    found.set(key, [...(found.get(key) ?? []), p])
  }
  return [...found].map(([key, items]) => ({ key, items }))
}

export type Origin = 'default' | 'own' | 'inherited'
export function originOf(p: Pick<Parameter, 'setAt' | 'value' | 'default'>, place: { path: string }): Origin {
  if (p.setAt.path === place.path) return 'own'
  return p.setAt.path === '/' && p.value === p.default ? 'default' : 'inherited'
}

// Every word of the filter must occur somewhere in what is shown of a parameter.
export function matches(filter: string, ...shown: string[]): boolean {
  const text = shown.join(' ').toLowerCase()
  return filter.toLowerCase().split(/\s+/).every((word) => text.includes(word))
}

// Catalogue keys have no dots within: need.look_within → need_look_within, "event/2yr" → event_2yr.
export function wordOf(key: string): string {
  return key.trim().replace(/\W+/g, '_')
}

// Columns are written one to a line, and kept in one: heading=field|heading=field.
export const columnsUnit = 'columns'
export function linesOf(value: string): string[] {
  return value.split(/[|\n]/).map((line) => line.trim()).filter(Boolean)
}

export function isNumber(p: Pick<Parameter, 'default'>): boolean {
  return p.default.trim() !== '' && Number(p.default) >= 0
}
export function valueFault(p: Pick<Parameter, 'default'>, value: string): '' | 'empty' | 'number' {
  if (!value.trim()) return 'empty'
  return isNumber(p) && !(Number(value) >= 0) ? 'number' : ''
}

// The values that decided every row alike stand once above the list; a row says only what it does not share.
const said = (u: Used) => [u.part, u.key, u.value, u.place.path].join('\n')
export function shared(rows: (Used[] | null | undefined)[]): { all: Used[]; own: (used: Used[] | null | undefined) => Used[] } {
  const all = rows.length > 1 ? (rows[0] ?? []).filter((u, i, of) => of.findIndex((x) => said(x) === said(u)) === i && rows.every((r) => r?.some((x) => said(x) === said(u)))) : []
  const known = new Set(all.map(said))
  return { all, own: (used) => (used ?? []).filter((u) => !known.has(said(u))) }
}
