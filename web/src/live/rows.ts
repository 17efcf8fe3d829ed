import type { Change } from './messages'

export interface LiveRow {
  id: string
  version: number
}

// Rows is a list that a person is reading. What is on it changes in place and stays where it is; what would come
// new waits in `arrivals` until the reader asks for it.
export interface Rows<T extends LiveRow> {
  items: T[]
  arrivals: Set<string>
  gone: Set<string>
  counts: Record<string, number>
  known: Map<string, string> // id → state, as far as this page has seen
}

export function emptyRows<T extends LiveRow>(): Rows<T> {
  return { items: [], arrivals: new Set(), gone: new Set(), counts: {}, known: new Map() }
}

export interface RowRules<T> {
  matches: (row: T) => boolean
  stateOf: (row: T) => string
  sparse?: (keyof T)[] // fields that an event leaves out when they are empty
}

// applyChange returns true when the counts can no longer be told from what this page knows.
export function applyChange<T extends LiveRow>(rows: Rows<T>, change: Change, rules: RowRules<T>): boolean {
  const patch = change.row as Partial<T> | undefined
  const at = rows.items.findIndex((r) => r.id === change.id)
  const old = at >= 0 ? rows.items[at] : undefined
  if (old && change.version <= old.version) return false
  // An event carries no free text, so what the row already says stays.
  const next = { ...old, ...patch, id: change.id, version: change.version } as T
  if (patch) for (const k of rules.sparse ?? []) if (!(k in patch)) delete next[k]
  const uncertain = recount(rows, change.id, patch ? rules.stateOf(next) : '', change.version)
  if (old) rows.items[at] = next
  else if (patch && rules.matches(next)) rows.arrivals.add(change.id)
  else rows.arrivals.delete(change.id)
  return uncertain
}

function recount<T extends LiveRow>(rows: Rows<T>, id: string, state: string, version: number): boolean {
  const before = rows.known.get(id)
  if (!state) return true
  if (before === state) return false
  rows.known.set(id, state)
  if (before === undefined && version > 1) return true
  if (before !== undefined) rows.counts[before] = Math.max(0, (rows.counts[before] ?? 0) - 1)
  rows.counts[state] = (rows.counts[state] ?? 0) + 1
  return false
}

export function applyGone<T extends LiveRow>(rows: Rows<T>, id: string): void {
  rows.arrivals.delete(id)
  const state = rows.known.get(id)
  if (state !== undefined) rows.counts[state] = Math.max(0, (rows.counts[state] ?? 0) - 1)
  rows.known.delete(id)
  if (rows.items.some((r) => r.id === id)) rows.gone.add(id)
}

export function learn<T extends LiveRow>(rows: Rows<T>, items: T[], stateOf: (row: T) => string): void {
  for (const r of items) rows.known.set(r.id, stateOf(r))
}
