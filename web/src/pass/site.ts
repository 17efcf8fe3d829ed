// Zones and access points: how they are drawn, and how coordinates are written.
import type { Feature, FeatureCollection } from 'geojson'
import type { AccessPoint, AreaIn, Site, Zone } from '../api/types'
import { circle } from '../ui/map/geo'

export interface LonLat { lon: number; lat: number }

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

export type Shape = 'circle' | 'ring' | 'places'
export interface AreaDraft { shape: Shape; coords: string; radius: string; places: { code: string }[] }

// What is sent; undefined while it covers nothing yet.
export function areaOf(d: AreaDraft): AreaIn | undefined {
  if (d.shape === 'places') return d.places.length ? { places: d.places.map((p) => p.code) } : undefined
  const points = pointsOf(d.coords)
  if (!points?.length) return undefined
  if (d.shape === 'ring') return points.length >= 3 ? { ring: points.map((p) => [p.lon, p.lat]) } : undefined
  const radius = Number(d.radius)
  return points.length === 1 && radius >= 10 ? { ...points[0]!, radius } : undefined
}

function shapeOf(area: { ring?: (number[] | null)[] | null; lon?: number; lat?: number; radius?: number }): Feature | undefined {
  const ring = (area.ring ?? []).filter((p) => p !== null)
  if (ring.length) return { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [[...ring, ring[0]!]] } }
  return area.radius ? circle(area.lon ?? 0, area.lat ?? 0, area.radius) : undefined
}

// What stands on the map: zones in force and open access points. A zone that covers whole places has no line of its own.
export function drawnSite(site: Pick<Site, 'zones' | 'points'> | undefined): FeatureCollection {
  const zones = (site?.zones ?? []).filter((z) => z.inForce).flatMap((z: Zone) => {
    const f = shapeOf(z.area)
    return f ? [{ ...f, properties: { kind: z.kind, name: z.name } }] : []
  })
  const points = (site?.points ?? []).filter((p) => !p.closed).map((p: AccessPoint): Feature => ({ type: 'Feature', properties: { kind: 'point', name: p.name }, geometry: { type: 'Point', coordinates: [p.lon, p.lat] } }))
  return { type: 'FeatureCollection', features: [...zones, ...points] }
}

// The same with what is being drawn on top: the points that were set, and the area as far as it is one.
export function withDraft(site: FeatureCollection, d: Pick<AreaDraft, 'coords' | 'radius' | 'shape'>): FeatureCollection {
  const points = d.shape === 'places' ? [] : (pointsOf(d.coords) ?? [])
  const area = d.shape === 'places' ? undefined : areaOf({ ...d, places: [] })
  const shape = area && shapeOf(area)
  return {
    type: 'FeatureCollection',
    features: [
      ...site.features, ...(shape ? [{ ...shape, properties: { kind: 'draft' } }] : []),
      ...points.map((p): Feature => ({ type: 'Feature', properties: { kind: 'draft' }, geometry: { type: 'Point', coordinates: [p.lon, p.lat] } })),
    ],
  }
}
