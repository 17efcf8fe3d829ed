import type { HeldGrant, Holder } from '../api/types'

export const roles = ['duty', 'office', 'general', 'coordination', 'support', 'leader', 'sysadmin', 'secadmin', 'auditor'] as const
export type RoleKey = (typeof roles)[number]
const administrators: readonly string[] = ['sysadmin', 'secadmin', 'auditor']

// Administrators and those who approve need a second person, and sign in with an authenticator.
export function takesTwo(role: string): boolean {
  return administrators.includes(role) || role === 'office'
}
// The whole installation, not a division, is what an administrator's role is bound to.
export function wholeOnly(role: string): boolean {
  return administrators.includes(role)
}

export type HolderState = 'new' | 'locked' | 'active'
export function stateOf(h: Pick<Holder, 'enrolled' | 'locked'>): HolderState {
  return h.locked ? 'locked' : h.enrolled ? 'active' : 'new'
}
export const stateKind: Record<HolderState, string> = { new: 'todo', locked: 'alert', active: 'done' }

export interface Actor { id: string; name: string; verbs: string[] }
export type Answer = 'yes' | 'self' | 'second' | 'no'

// May this person confirm that grant? The server decides; this spares a refusal that is certain.
export function mayConfirm(actor: Actor, holder: Pick<Holder, 'id'>, grant: Held & Pick<HeldGrant, 'givenBy'>, now: number): Answer {
  if (standing(grant, now) !== 'waits' || !actor.verbs.includes('account.confirm')) return 'no'
  if (holder.id === actor.id) return 'self'
  return grant.givenBy === actor.id || grant.givenBy === actor.name ? 'second' : 'yes'
}

// What a grant is at a moment: past its period, at a place that has ended, waiting for the second person, not begun, in force. Of the
// first two nothing is confirmed any more.
export type Standing = 'over' | 'ended' | 'waits' | 'future' | 'now'
type Held = Pick<HeldGrant, 'confirmed' | 'ended' | 'from' | 'until'>
export function standing(g: Held, now: number): Standing {
  if (g.until && Date.parse(g.until) <= now) return 'over'
  if (g.ended) return 'ended'
  if (!g.confirmed) return 'waits'
  return Date.parse(g.from) > now ? 'future' : 'now'
}
export const standingKind: Record<Exclude<Standing, 'now'>, string> = { over: 'end', ended: 'end', waits: 'wait', future: 'wait' }

export function waiting(list: Holder[], now: number): number {
  return list.reduce((n, h) => n + h.grants.filter((g) => standing(g, now) === 'waits').length, 0)
}

// A list that is read page by page, without a row twice when accounts are added between the pages.
export function joined(have: Holder[], more: Holder[]): Holder[] {
  const ids = new Set(have.map((h) => h.id))
  return [...have, ...more.filter((h) => !ids.has(h.id))]
}
