// All calls about teams on site.
import { takeFile, type SavedFile } from '../api/file'
import { http, take } from '../api/http'
import { soughtHeader } from '../ui/sought'
import type { CheckIn, Found, Inside, JoinIn, Newcomer, OwnSite, PartyDetail, PartyPage, ReceptionDesk, SitePointIn } from '../api/types'

const at = (id: string) => ({ path: { id } })

export type PartyTab = 'here' | 'unapproved' | 'out'

export function readDesk(incident: string): Promise<ReceptionDesk> {
  return take(http.GET('/api/v1/incidents/{id}/reception', { params: at(incident) }))
}
export function listParties(incident: string, state: PartyTab | 'all', figure: { figure?: string } = {}): Promise<PartyPage> {
  return take(http.GET('/api/v1/incidents/{id}/parties', { params: { path: { id: incident }, query: { state, ...figure } } }))
}
export function findTeam(incident: string, q: string): Promise<Found> {
  return take(http.GET('/api/v1/incidents/{id}/arrivals', { params: { path: { id: incident }, ...soughtHeader(q) } }))
}
export function checkIn(incident: string, body: CheckIn): Promise<PartyDetail> {
  return take(http.POST('/api/v1/incidents/{id}/parties', { params: at(incident), body }))
}
export function readParty(id: string): Promise<PartyDetail> {
  return take(http.GET('/api/v1/parties/{id}', { params: at(id) }))
}
export function joinParty(id: string, body: JoinIn): Promise<PartyDetail> {
  return take(http.POST('/api/v1/parties/{id}/join', { params: at(id), body }))
}
export function walkIn(party: string, id: string, version: number, person: Newcomer): Promise<PartyDetail> {
  return take(http.POST('/api/v1/parties/{id}/walk-in', { params: at(party), body: { id, version, person } }))
}
export function personOut(party: string, id: string, version: number, presence: string, why: string, note: string): Promise<PartyDetail> {
  return take(http.POST('/api/v1/parties/{id}/person-out', { params: at(party), body: { id, version, presence, why, note } }))
}
export function personBack(party: string, id: string, version: number, presence: string): Promise<PartyDetail> {
  return take(http.POST('/api/v1/parties/{id}/person-back', { params: at(party), body: { id, version, presence } }))
}
export function rideOut(party: string, id: string, version: number, ride: string): Promise<PartyDetail> {
  return take(http.POST('/api/v1/parties/{id}/ride-out', { params: at(party), body: { id, version, ride } }))
}
export function regularise(party: string, id: string, version: number, by: { offer: string; reason: string; waiver: string }): Promise<PartyDetail> {
  const said = Object.fromEntries(Object.entries(by).filter(([, v]) => v))
  return take(http.POST('/api/v1/parties/{id}/regularise', { params: at(party), body: { id, version, ...said } }))
}
export function joinHost(party: string, id: string, version: number, host: string): Promise<PartyDetail> {
  return take(http.POST('/api/v1/parties/{id}/join-host', { params: at(party), body: { id, version, host } }))
}
export function turnBack(party: string, id: string, version: number, reason: string): Promise<PartyDetail> {
  return take(http.POST('/api/v1/parties/{id}/turn-back', { params: at(party), body: { id, version, reason } }))
}
export async function reveal(party: string, presence: string, purpose: string): Promise<string> {
  const got = await take(http.POST('/api/v1/parties/{id}/reveal', { params: at(party), body: { ...(presence ? { presence } : {}), purpose } }))
  return got.phone
}
export function addPoint(incident: string, body: SitePointIn): Promise<ReceptionDesk> {
  return take(http.POST('/api/v1/incidents/{id}/points', { params: at(incident), body }))
}
export function changePoint(id: string, body: SitePointIn): Promise<ReceptionDesk> {
  return take(http.POST('/api/v1/points/{id}/change', { params: at(id), body }))
}
export function closePoint(point: string, id: string, version: number, reason: string): Promise<ReceptionDesk> {
  return take(http.POST('/api/v1/points/{id}/close', { params: at(point), body: { id, version, reason } }))
}
export function listInside(incident: string, query: { figure?: string } = {}): Promise<Inside> {
  return take(http.GET('/api/v1/incidents/{id}/inside', { params: { ...at(incident), query } }))
}
// Which of those inside a file names.
export interface InsideShown { point?: string; task?: 'free' | 'busy'; figure?: string }

export function exportInside(incident: string, body: { id: string; purpose: string } & InsideShown): Promise<SavedFile> {
  return takeFile(http.POST('/api/v1/incidents/{id}/inside/export', { params: at(incident), body, parseAs: 'blob' }), 'inside.csv')
}
export function ownSite(): Promise<OwnSite> {
  return take(http.GET('/api/v1/team/site'))
}
