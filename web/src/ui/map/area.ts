// Areas that people draw: coordinates as they are written, what is wrong with a ring, and how it is drawn.
import type { Feature, FeatureCollection, Position } from 'geojson'
import { circle } from './geo'

export interface LonLat { lon: number; lat: number }
export type AreaShape = 'ring' | 'circle'
export const mostCorners = 200

// A point on a line of its own: longitude, latitude. What is no point is undefined, so that the line can be named.
export function pointOf(line: string): LonLat | undefined {
  const parts = line.normalize('NFKC').trim().split(/[\s,;、]+/)
  const [lon, lat] = parts.map(Number)
  if (parts.length !== 2 || lon === undefined || lat === undefined || !Number.isFinite(lon) || !Number.isFinite(lat)) return undefined
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? { lon, lat } : undefined
}
export function linesOf(text: string): string[] {
  return text.split('\n').map((l) => l.trim()).filter(Boolean)
}
export function pointsOf(text: string): LonLat[] | undefined {
  const points = linesOf(text).map(pointOf)
  return points.every((p) => p !== undefined) ? (points as LonLat[]) : undefined
}
export function written(p: LonLat): string {
  return `${p.lon.toFixed(5)}, ${p.lat.toFixed(5)}`
}
export function writtenAll(points: LonLat[]): string {
  return points.map(written).join('\n')
}

// What keeps an area from being one; empty when nothing does. The server asks the same again. n is the line, or how many
// corners are missing.
export interface Fault { key: '' | 'line' | 'few' | 'many' | 'crossed' | 'centre'; n: number }
export function faultOf(text: string, shape: AreaShape): Fault {
  const lines = linesOf(text)
  const bad = lines.findIndex((l) => !pointOf(l))
  if (bad >= 0) return { key: 'line', n: bad + 1 }
  if (shape === 'circle') return lines.length === 1 ? { key: '', n: 0 } : { key: 'centre', n: 0 }
  if (lines.length < 3) return { key: 'few', n: 3 - lines.length }
  if (lines.length > mostCorners) return { key: 'many', n: mostCorners }
  return simple(pointsOf(text) ?? []) ? { key: '', n: 0 } : { key: 'crossed', n: 0 }
}

// simple says whether a ring has an area and its sides neither cross nor touch but where one follows the other.
export function simple(r: LonLat[]): boolean {
  let area = 0
  for (let i = 0; i < r.length; i++) {
    const [a, b] = [r[i]!, r[(i + 1) % r.length]!]
    area += a.lon * b.lat - b.lon * a.lat
    for (let j = i + 2; j < r.length; j++) if ((j + 1) % r.length !== i && meet(a, b, r[j]!, r[(j + 1) % r.length]!)) return false
  }
  return r.length >= 3 && area !== 0
}
function meet(a: LonLat, b: LonLat, c: LonLat, d: LonLat): boolean {
  const side = (p: LonLat, q: LonLat, x: LonLat) => (q.lon - p.lon) * (x.lat - p.lat) - (q.lat - p.lat) * (x.lon - p.lon)
  const [ac, ad, ca, cb] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)]
  const apart = (k: 'lon' | 'lat') => Math.min(a[k], b[k]) > Math.max(c[k], d[k]) || Math.min(c[k], d[k]) > Math.max(a[k], b[k])
  if (!ac && !ad) return !apart('lon') && !apart('lat') // all on one line
  return ac * ad <= 0 && ca * cb <= 0
}

// Points that lie in none of the divisions that are meant. Where the outline of one of them is not known, nobody is told.
export function beyond(points: LonLat[], outline: FeatureCollection | undefined): number {
  const meant = outline?.features.filter((f) => f.properties?.meant) ?? []
  if (!meant.length || meant.some((f) => !f.geometry)) return 0
  return points.filter((p) => !meant.some((f) => holds(f, p))).length
}
function holds(f: Feature, p: LonLat): boolean {
  const g = f.geometry
  const parts = g.type === 'Polygon' ? [g.coordinates] : g.type === 'MultiPolygon' ? g.coordinates : []
  return parts.some((rings) => rings.filter((r) => around(r, p)).length === 1) // in a hole it is in two of them
}
function around(ring: Position[], p: LonLat): boolean {
  let inside = false
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [a, b] = [ring[i]!, ring[j]!]
    if (a[1]! > p.lat !== b[1]! > p.lat && p.lon < a[0]! + ((p.lat - a[1]!) * (b[0]! - a[0]!)) / (b[1]! - a[1]!)) inside = !inside
  }
  return inside
}

// What is being drawn: the area as far as it is one, else the line that was begun.
export function draftOf(text: string, shape: AreaShape, radius: number): Feature[] {
  const points = pointsOf(text) ?? []
  const first = points[0]
  if (!first) return []
  const properties = { kind: 'draft' }
  const line = points.map((p): Position => [p.lon, p.lat])
  if (shape === 'circle') return radius > 0 ? [{ ...circle(first.lon, first.lat, radius), properties }] : []
  if (points.length === 2) return [{ type: 'Feature', properties, geometry: { type: 'LineString', coordinates: line } }]
  return points.length > 2 ? [{ type: 'Feature', properties, geometry: { type: 'Polygon', coordinates: [[...line, line[0]!]] } }] : []
}
