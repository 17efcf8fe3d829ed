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
export function mayConfirm(actor: Actor, holder: Pick<Holder, 'id'>, grant: Pick<HeldGrant, 'confirmed' | 'givenBy'>): Answer {
  if (grant.confirmed || !actor.verbs.includes('account.confirm')) return 'no'
  if (holder.id === actor.id) return 'self'
  return grant.givenBy === actor.id || grant.givenBy === actor.name ? 'second' : 'yes'
}

export function waiting(list: Holder[]): number {
  return list.reduce((n, h) => n + h.grants.filter((g) => !g.confirmed).length, 0)
}

export type Period = 'future' | 'now' | 'over'
export function periodOf(g: Pick<HeldGrant, 'from' | 'until'>, now: number): Period {
  if (Date.parse(g.from) > now) return 'future'
  return g.until && Date.parse(g.until) <= now ? 'over' : 'now'
}

// A list that is read page by page, without a row twice when accounts are added between the pages.
export function joined(have: Holder[], more: Holder[]): Holder[] {
  const ids = new Set(have.map((h) => h.id))
  return [...have, ...more.filter((h) => !ids.has(h.id))]
}
