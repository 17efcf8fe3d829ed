// All calls about the destruction of personal data.
import { http, take } from '../api/http'
import type { DestructionList, DestructionStep, HoldIn, LotHeld } from '../api/types'

export const purposes = ['evidence', 'evaluation'] as const

export function listDestructions(): Promise<DestructionList> {
  return take(http.GET('/api/v1/destructions'))
}

// What would be destroyed, and what stands in the way; nothing is changed.
export function tryDestruction(scope: string): Promise<LotHeld> {
  return take(http.GET('/api/v1/destructions/count', { params: { query: { scope } } }))
}

export function propose(id: string, scope: string, reason: string): Promise<DestructionList> {
  return take(http.POST('/api/v1/destructions', { body: { id, scope, reason } }))
}

export function confirmDestruction(act: string, body: DestructionStep): Promise<DestructionList> {
  return take(http.POST('/api/v1/destructions/{id}/confirm', { params: { path: { id: act } }, body }))
}

export function refuseDestruction(act: string, body: DestructionStep): Promise<DestructionList> {
  return take(http.POST('/api/v1/destructions/{id}/refuse', { params: { path: { id: act } }, body }))
}

export function hold(body: HoldIn): Promise<DestructionList> {
  return take(http.POST('/api/v1/holds', { body }))
}

export function lift(id: string, body: { id: string; version: number; reason: string }): Promise<DestructionList> {
  return take(http.POST('/api/v1/holds/{id}/lift', { params: { path: { id } }, body }))
}
