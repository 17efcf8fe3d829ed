// All calls about what teams on site ask for.
import { http, take } from '../api/http'
import type { OfferRow, SupportCategory, SupportDetail, SupportIn, SupportPage, SupportStep } from '../api/types'

const at = (id: string) => ({ path: { id } })

export type SupportState = 'open' | 'delivered' | 'confirmed' | 'all'
export type SupportVerb = 'route' | 'return' | 'supply' | 'complete' | 'confirm' | 'dispute' | 'miss' | 'cancel'

export function listSupport(incident: string, state: SupportState, figure: { figure?: string } = {}): Promise<SupportPage> {
  return take(http.GET('/api/v1/incidents/{id}/support', { params: { ...at(incident), query: { state, ...figure, limit: 500 } } }))
}

export function ownSupport(): Promise<SupportPage> {
  return take(http.GET('/api/v1/team/support'))
}

// What the teams that this person leads have signed up for, the newest first.
export async function ownOffers(): Promise<OfferRow[]> {
  return (await take(http.GET('/api/v1/offers', { params: { query: { limit: 50 } } }))).items
}

export function readSupport(id: string): Promise<SupportDetail> {
  return take(http.GET('/api/v1/support/{id}', { params: at(id) }))
}

export function raiseSupport(incident: string, body: SupportIn): Promise<SupportDetail> {
  return take(http.POST('/api/v1/incidents/{id}/support', { params: at(incident), body }))
}

const paths = {
  route: '/api/v1/support/{id}/route',
  return: '/api/v1/support/{id}/return',
  supply: '/api/v1/support/{id}/supply',
  complete: '/api/v1/support/{id}/complete',
  confirm: '/api/v1/support/{id}/confirm',
  dispute: '/api/v1/support/{id}/dispute',
  miss: '/api/v1/support/{id}/miss',
  cancel: '/api/v1/support/{id}/cancel',
} as const

export function stepSupport(id: string, verb: SupportVerb, body: SupportStep): Promise<SupportDetail> {
  return take(http.POST(paths[verb], { params: at(id), body }))
}

let known: Promise<SupportCategory[]> | undefined

// The categories do not change while a page is open; a failed reading is tried again.
export function categories(): Promise<SupportCategory[]> {
  known ??= take(http.GET('/api/v1/support/categories')).then((p) => p.items)
  known.catch(() => (known = undefined))
  return known
}
