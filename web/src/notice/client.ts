// All calls about what people are told and what waits for them.
import { http, take } from '../api/http'
import type { Notices, Outbox, OutboxLine, Todos } from '../api/types'

const at = (id: string) => ({ path: { id } })

export type Shelf = 'phone' | 'waiting' | 'arrived' | 'failed'
export type CallOutcome = 'reached' | 'passed_on' | 'no_answer'

export function readTodo(): Promise<Todos> {
  return take(http.GET('/api/v1/me/todo'))
}

export function readNotices(): Promise<Notices> {
  return take(http.GET('/api/v1/me/notices', { params: { query: { limit: 100 } } }))
}

export function markRead(notices: string[]): Promise<Notices> {
  return take(http.POST('/api/v1/me/notices/read', { body: { notices } }))
}

export function listOutbox(incident: string, state: Shelf): Promise<Outbox> {
  return take(http.GET('/api/v1/incidents/{id}/outbox', { params: { ...at(incident), query: { state, limit: 200 } } }))
}

export function recordCall(id: string, body: { id: string; outcome: CallOutcome }): Promise<unknown> {
  return take(http.POST('/api/v1/outbox/phone/{id}/call', { params: at(id), body }))
}

export function resendMessage(id: string, body: { id: string; version: number }): Promise<OutboxLine> {
  return take(http.POST('/api/v1/outbox/{id}/resend', { params: at(id), body }))
}
