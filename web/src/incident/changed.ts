import type { CourseRow, Lifecycles } from '../api/types'

export type Machine = Exclude<keyof Lifecycles, 'outcomes'>
export interface Changed { field: string; machine?: Machine; of?: string; was: string | number; now: string | number }

// The states that a row tells, by what it is about: the field that holds it, and its life cycle.
const states: Record<string, Record<string, Machine>> = {
  report: { stage: 'report' }, need: { state: 'need' }, incident: { state: 'incident', roster: 'roster' }, handover: { state: 'handover' },
  directive: { state: 'directive' }, offer: { state: 'offer' }, pass: { state: 'pass', toll: 'toll' }, escort: { state: 'escort' }, team: { legal: 'legal' },
  enquiry: { state: 'enquiry' }, support: { state: 'support' }, party: { state: 'party' }, mission: { state: 'mission' },
  withdrawal: { state: 'withdrawal' }, summary: { state: 'summary' }, destruction: { state: 'destruction', hold: 'hold' },
}
export const figures = ['severity', 'people', 'teams', 'vehicles', 'missing', 'extra', 'quantity', 'supplied', 'rescued', 'moved', 'treated', 'left'] as const

// The words that are issued to be read, by what the row is about: '' none yet.
const issued: Record<string, string[]> = { instruction: ['number'] }

// What is so or not so, and states without a life cycle of their own, by what the row is about: their values have words here.
const worded: Record<string, string[]> = { account: ['enrolled', 'factor', 'locked', 'identified'], grant: ['state'] }

// changedOf is what a row says was otherwise before: its states, its words, then its figures. A figure that was not said before, and one
// that is not said any more, is no change of a figure.
export function changedOf(r: Pick<CourseRow, 'kind' | 'body'>): Changed[] {
  const now = (r.body ?? {}) as Record<string, unknown>
  const was = (now.was ?? {}) as Record<string, unknown>
  const list: Changed[] = []
  for (const [field, machine] of Object.entries(states[r.kind] ?? {})) {
    const [a, b] = [was[field], now[field]]
    if (typeof a === 'string' && typeof b === 'string' && a !== b) list.push({ field, machine, was: a, now: b })
  }
  for (const field of issued[r.kind] ?? []) {
    const [a, b] = [was[field], now[field]]
    if (typeof a === 'string' && typeof b === 'string' && a !== b) list.push({ field, was: a, now: b })
  }
  for (const field of worded[r.kind] ?? []) {
    const [a, b] = [was[field], now[field]]
    if (a !== undefined && b !== undefined && a !== b) list.push({ field, of: r.kind, was: String(a), now: String(b) })
  }
  for (const field of figures) {
    const [a, b] = [was[field], now[field]]
    if (typeof a === 'number' && typeof b === 'number' && a !== b) list.push({ field, was: a, now: b })
  }
  return list
}
