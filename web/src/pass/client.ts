import { http, take } from '../api/http'
import type { PassDetail, Passes, PassIn, TollIn } from '../api/types'

export function listPasses(incident: string): Promise<Passes> {
  return take(http.GET('/api/v1/incidents/{id}/passes', { params: { path: { id: incident } } }))
}
export function readPass(id: string): Promise<PassDetail> {
  return take(http.GET('/api/v1/passes/{id}', { params: { path: { id } } }))
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
