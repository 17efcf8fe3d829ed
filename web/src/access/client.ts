import { http, take } from '../api/http'
import type { AccountRow, Administrator, Enrolment, GrantIn, Holder, Lifecycles, Link, Me, Page, Session, IncidentName } from '../api/types'
import { soughtHeader } from '../ui/sought'

export function signIn(body: { login: string; password: string; code?: string }): Promise<Me> {
  return take(http.POST('/api/v1/session', { body }))
}

export function whoAmI(): Promise<Me> {
  return take(http.GET('/api/v1/session'))
}

export async function signOut(): Promise<void> {
  await take(http.DELETE('/api/v1/session'))
}

export async function listSessions(): Promise<Session[]> {
  return (await take(http.GET('/api/v1/sessions'))).items ?? []
}

export async function endSession(id: string): Promise<void> {
  await take(http.DELETE('/api/v1/sessions/{id}', { params: { path: { id } } }))
}

export function readLifecycles(): Promise<Lifecycles> {
  return take(http.GET('/api/v1/lifecycles'))
}

export async function setupOpen(): Promise<boolean> {
  return (await take(http.GET('/api/v1/setup'))).open
}

export async function setUp(body: { code: string; administrators: Administrator[] }): Promise<Link[]> {
  return (await take(http.POST('/api/v1/setup', { body }))).items
}

// The token of a link travels in the body: an address would end up in logs and histories.
export function readEnrolment(token: string): Promise<Enrolment> {
  return take(http.POST('/api/v1/enrolments/read', { body: { token } }))
}

export async function enrol(body: { token: string; password: string; code?: string; identity?: { number: string; reason?: string } }): Promise<void> {
  await take(http.POST('/api/v1/enrolments', { body }))
}

// Who is behind an account: the number of a paper travels in the body and stands sealed.
export async function identify(account: string, body: { id: string; number: string; reason?: string; why?: string }): Promise<void> {
  await take(http.POST('/api/v1/accounts/{id}/identity', { params: { path: { id: account } }, body }))
}

export function listAccounts({ q = '', ...query }: { q?: string; unknown?: boolean; ended?: boolean; cursor?: string; limit?: number }): Promise<Page<Holder>> {
  return take(http.GET('/api/v1/accounts', { params: { query, ...soughtHeader(q) } }))
}

// What happened to an account and its grants, newest first, before a row (0: from the newest on).
export async function readAccountCourse(account: string, before: number, limit: number): Promise<AccountRow[]> {
  return (await take(http.GET('/api/v1/accounts/{id}/course', { params: { path: { id: account }, query: { before, limit } } }))).items
}

export function invite(body: { id: string; login: string; name: string; unit?: string }): Promise<Link> {
  return take(http.POST('/api/v1/accounts', { body }))
}

export function newLink(account: string): Promise<Link> {
  return take(http.POST('/api/v1/accounts/{id}/link', { params: { path: { id: account } } }))
}

// The incidents that run, by name alone.
export async function incidentNames(): Promise<IncidentName[]> {
  return (await take(http.GET('/api/v1/incident-names'))).items
}

export async function giveGrant(account: string, body: GrantIn): Promise<void> {
  await take(http.POST('/api/v1/accounts/{id}/grants', { params: { path: { id: account } }, body }))
}

export async function confirmGrant(id: string): Promise<void> {
  await take(http.POST('/api/v1/grants/{id}/confirm', { params: { path: { id } } }))
}

export async function revokeGrant(id: string, reason: string): Promise<void> {
  await take(http.POST('/api/v1/grants/{id}/revoke', { params: { path: { id } }, body: { reason } }))
}
