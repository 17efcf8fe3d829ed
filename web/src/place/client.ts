import type { FeatureCollection } from 'geojson'
import { http, take } from '../api/http'
import type { Place, PlaceDetail } from '../api/types'

// The whole country: the place of administrators' grants.
export const nationCode = 'cn'

// Near a place; without one the server begins at the places of one's grants.
export async function searchPlaces(q: string, near?: string): Promise<Place[]> {
  return (await take(http.GET('/api/v1/places', { params: { query: { q, ...(near ? { near } : {}) } } }))).items ?? []
}

export function readPlace(code: string): Promise<PlaceDetail> {
  return take(http.GET('/api/v1/places/{code}', { params: { path: { code } } }))
}

const outlines = new Map<string, Promise<FeatureCollection>>()

// Outlines hardly ever change: read once for as long as the page is open.
export function readOutline(code: string): Promise<FeatureCollection> {
  const had = outlines.get(code)
  if (had) return had
  const asked = take(http.GET('/api/v1/places/{code}/outline', { params: { path: { code } } })) as Promise<FeatureCollection>
  outlines.set(code, asked)
  asked.catch(() => outlines.delete(code))
  return asked
}
