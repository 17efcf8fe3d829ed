// The public operations, and nothing else: this file is all the public face knows of the server.
import type { FeatureCollection } from 'geojson'
import { http, take } from '../api/http'
import type { Place, PublicContact, PublicReceived, PublicReport, ReceiptStatus } from '../api/types'
import { hear, proofHeader, prove } from './proof'

// A proxy's own error says nothing about a flood.
http.use({
  onResponse({ response }) {
    const challenge = response.headers.get(proofHeader)
    if (challenge || response.ok) hear(challenge)
  },
})

export async function sendReport(body: PublicReport): Promise<PublicReceived> {
  const proof = await prove(body.id)
  return take(http.POST('/api/v1/public/reports', { body, ...(proof ? { params: { header: { [proofHeader]: proof } } } : {}) }))
}

// The receipt travels in the body: an address would end up in logs and histories.
export function readReceipt(receipt: string): Promise<ReceiptStatus> {
  return take(http.POST('/api/v1/public/receipts', { body: { receipt } }))
}

export async function addClaim(body: { receipt: string; id: string; kind: 'add' | 'safe'; text?: string }): Promise<void> {
  await take(http.POST('/api/v1/public/receipts/claims', { body }))
}

export function placeAt(lon: number, lat: number): Promise<Place> {
  return take(http.GET('/api/v1/public/place', { params: { query: { lon, lat } } }))
}

// Searched from the chosen place or the point; from neither, around the place the server works for.
export async function findPlaces(q: string, near: { place?: string; point?: { lon: number; lat: number } | null } = {}): Promise<Place[]> {
  const from = near.place ? { near: near.place } : near.point ? { lon: near.point.lon, lat: near.point.lat } : {}
  return (await take(http.GET('/api/v1/public/places', { params: { query: { q, limit: 8, ...from } } }))).items
}

// Without a position the server names the place it works for.
export function homePlace(): Promise<Place> {
  return take(http.GET('/api/v1/public/place'))
}

// The published numbers of the on-site coordination at a place; without one, of the place the server works for.
export async function contactsAt(place: string): Promise<PublicContact[]> {
  return (await take(http.GET('/api/v1/public/contacts', { params: { query: place ? { place } : {} } }))).items
}

// The outlines to draw: what a province or city contains; for a county or smaller, whose parts have none, its province.
export function outlineAround(code: string): string {
  return code.length <= 4 ? code : code.slice(0, 2)
}

// A node that knows no outlines answers 404, and the map shows the pin and the scale.
export function outline(code: string): Promise<FeatureCollection> {
  return take(http.GET('/api/v1/public/places/{code}/outline', { params: { path: { code } } })) as Promise<FeatureCollection>
}
