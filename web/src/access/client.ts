import { http, take } from '../api/http'
import type { Lifecycles, Me, Session } from '../api/types'

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
