import { takeFile, type SavedFile } from '../api/file'
import { http, take } from '../api/http'
import { soughtHeader } from '../ui/sought'
import type { AccessPointIn, EscortDetail, EscortIn, Escorts, EscortStep, LogRow, Page, PassDetail, Passes, PassIn, ServiceAreaCorrection, ServiceAreaIn, ServiceAreas, Site, TollIn, ZoneIn } from '../api/types'

export const standings = ['waiting', 'valid', 'lapsed', 'used', 'revoked'] as const
export const tolls = ['not_asked', 'asked', 'on_list', 'refused', 'charged', 'refund_asked', 'refunded'] as const
/** Several of them that figures count together. */
export const tollSets = ['ever_asked', 'ever_listed', 'unrefunded'] as const
export interface PassFilter { state?: (typeof standings)[number]; toll?: (typeof tolls)[number] | (typeof tollSets)[number]; q?: string }
export function listPasses(incident: string, { q = '', ...query }: PassFilter = {}): Promise<Passes> {
  return take(http.GET('/api/v1/incidents/{id}/passes', { params: { path: { id: incident }, query, ...soughtHeader(q) } }))
}
export function readPass(id: string): Promise<PassDetail> {
  return take(http.GET('/api/v1/passes/{id}', { params: { path: { id } } }))
}
export function passPaper(id: string): Promise<SavedFile> {
  return takeFile(http.GET('/api/v1/passes/{id}/paper', { params: { path: { id } }, parseAs: 'blob' }), 'pass.pdf')
}
export function passPapers(incident: string, query: { team?: string; offer?: string } = {}): Promise<SavedFile> {
  return takeFile(http.GET('/api/v1/incidents/{id}/passes/paper', { params: { path: { id: incident }, query }, parseAs: 'blob' }), 'passes.pdf')
}
export function issuePass(body: PassIn): Promise<PassDetail> {
  return take(http.POST('/api/v1/passes', { body }))
}
export function revokePass(id: string, body: { id: string; version: number; reason: string }): Promise<PassDetail> {
  return take(http.POST('/api/v1/passes/{id}/revoke', { params: { path: { id } }, body }))
}
export function stepToll(id: string, body: TollIn): Promise<PassDetail> {
  return take(http.POST('/api/v1/passes/{id}/toll', { params: { path: { id } }, body }))
}

type Because = { id: string; version: number; reason: string }
export function readSite(incident: string): Promise<Site> {
  return take(http.GET('/api/v1/incidents/{id}/site', { params: { path: { id: incident } } }))
}
export function setZone(incident: string, body: ZoneIn): Promise<Site> {
  return take(http.POST('/api/v1/incidents/{id}/zones', { params: { path: { id: incident } }, body }))
}
export function liftZone(incident: string, zone: string, body: Because): Promise<Site> {
  return take(http.POST('/api/v1/incidents/{id}/zones/{zone}/lift', { params: { path: { id: incident, zone } }, body }))
}
export function openPoint(incident: string, body: AccessPointIn): Promise<Site> {
  return take(http.POST('/api/v1/incidents/{id}/access-points', { params: { path: { id: incident } }, body }))
}
export function closePoint(incident: string, point: string, body: Because): Promise<Site> {
  return take(http.POST('/api/v1/incidents/{id}/access-points/{point}/close', { params: { path: { id: incident, point } }, body }))
}
export function readLog(incident: string, query: { point?: string; figure?: string; cursor?: string; limit?: number }): Promise<Page<LogRow>> {
  return take(http.GET('/api/v1/incidents/{id}/passages', { params: { path: { id: incident }, query } }))
}

export function listEscorts(incident: string): Promise<Escorts> {
  return take(http.GET('/api/v1/incidents/{id}/escorts', { params: { path: { id: incident } } }))
}
export function askEscort(incident: string, body: EscortIn): Promise<EscortDetail> {
  return take(http.POST('/api/v1/incidents/{id}/escorts', { params: { path: { id: incident } }, body }))
}
export function stepEscort(id: string, body: EscortStep): Promise<EscortDetail> {
  return take(http.POST('/api/v1/escorts/{id}/step', { params: { path: { id } }, body }))
}
export function listAreas(incident: string): Promise<ServiceAreas> {
  return take(http.GET('/api/v1/incidents/{id}/service-areas', { params: { path: { id: incident } } }))
}
export function publishArea(incident: string, body: ServiceAreaIn): Promise<ServiceAreas> {
  return take(http.POST('/api/v1/incidents/{id}/service-areas', { params: { path: { id: incident } }, body }))
}
export function correctArea(incident: string, area: string, body: ServiceAreaCorrection): Promise<ServiceAreas> {
  return take(http.POST('/api/v1/incidents/{id}/service-areas/{area}/correct', { params: { path: { id: incident, area } }, body }))
}
export function withdrawArea(incident: string, area: string, body: Because): Promise<ServiceAreas> {
  return take(http.POST('/api/v1/incidents/{id}/service-areas/{area}/withdraw', { params: { path: { id: incident, area } }, body }))
}
