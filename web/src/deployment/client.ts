// All calls about offers, their approval and the dispatch orders.
import { http, take } from '../api/http'
import type { DecisionIn, DispatchIn, Member, Offer, OfferDetail, OfferIn, Page, Plan, SignersIn, SigningDesk, Verdict } from '../api/types'

const at = (id: string) => ({ path: { id } })
type Because = { id: string; version: number; reason: string }
type Command = { id: string; version: number }

export function listOffers(query: { incident?: string; state?: 'all' | 'open'; overdue?: boolean; figure?: string; cursor?: string; limit?: number }): Promise<Page<Offer>> {
  return take(http.GET('/api/v1/offers', { params: { query } }))
}
export function readOffer(id: string): Promise<OfferDetail> {
  return take(http.GET('/api/v1/offers/{id}', { params: at(id) }))
}
export function previewOffer(body: { team: string; incident?: string; needs?: string[] }): Promise<Plan> {
  return take(http.POST('/api/v1/offer-preview', { body }))
}
export function sendOffer(body: OfferIn): Promise<OfferDetail> {
  return take(http.POST('/api/v1/offers', { body }))
}
export function correctOffer(offer: string, body: Omit<OfferIn, 'team' | 'incident'> & { version: number }): Promise<OfferDetail> {
  return take(http.POST('/api/v1/offers/{id}/correct', { params: at(offer), body }))
}
export function withdrawOffer(offer: string, body: Because): Promise<OfferDetail> {
  return take(http.POST('/api/v1/offers/{id}/withdraw', { params: at(offer), body }))
}
export function acknowledgeOrder(offer: string, body: Command): Promise<OfferDetail> {
  return take(http.POST('/api/v1/offers/{id}/acknowledge', { params: at(offer), body }))
}
export function matchOffer(offer: string, body: Command & { needs: string[] }): Promise<OfferDetail> {
  return take(http.POST('/api/v1/offers/{id}/match', { params: at(offer), body }))
}
export function beginApproval(offer: string, body: Command): Promise<OfferDetail> {
  return take(http.POST('/api/v1/offers/{id}/begin', { params: at(offer), body }))
}
export function signOffer(offer: string, body: Verdict): Promise<OfferDetail> {
  return take(http.POST('/api/v1/offers/{id}/sign', { params: at(offer), body }))
}
export function signFor(offer: string, body: Verdict & { decision: DecisionIn }): Promise<OfferDetail> {
  return take(http.POST('/api/v1/offers/{id}/sign-for', { params: at(offer), body }))
}
export function giveOrder(offer: string, body: DispatchIn): Promise<OfferDetail> {
  return take(http.POST('/api/v1/offers/{id}/order', { params: at(offer), body }))
}
export function readDesk(place: string): Promise<SigningDesk> {
  return take(http.GET('/api/v1/signing-desks/{place}', { params: { path: { place } } }))
}
export function nameSigners(place: string, body: SignersIn): Promise<SigningDesk> {
  return take(http.POST('/api/v1/signing-desks/{place}', { params: { path: { place } }, body }))
}

// What asks no more than a reason.
const plain = {
  stand_by: '/api/v1/offers/{id}/stand_by', take_up: '/api/v1/offers/{id}/take_up', send_back: '/api/v1/offers/{id}/send_back', decline: '/api/v1/offers/{id}/decline',
  accept: '/api/v1/offers/{id}/accept', stand_down: '/api/v1/offers/{id}/stand_down',
} as const
export type PlainVerb = keyof typeof plain
export function moveOffer(verb: PlainVerb, offer: string, body: Because): Promise<OfferDetail> {
  return take(http.POST(plain[verb], { params: at(offer), body }))
}

export function deployFirst(offer: string, body: Because & { cause: string; waiver?: string }): Promise<OfferDetail> {
  return take(http.POST('/api/v1/offers/{id}/deploy_first', { params: at(offer), body }))
}

// Everybody of a team who is active: a manifest shows them all.
export async function activeMembers(team: string): Promise<Member[]> {
  const all: Member[] = []
  for (let cursor = ''; ;) {
    const page = await take(http.GET('/api/v1/teams/{id}/members', { params: { path: { id: team }, query: { state: 'active', limit: 200, ...(cursor ? { cursor } : {}) } } }))
    all.push(...(page.items ?? []))
    cursor = page.next ?? ''
    if (!cursor) return all
  }
}
