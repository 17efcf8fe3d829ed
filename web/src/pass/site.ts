// Zones and access points: how they are drawn, and how coordinates are written.
import type { Feature, FeatureCollection } from 'geojson'
import type { AccessPoint, AreaIn, Site, Zone } from '../api/types'
import { pointOf, pointsOf, simple } from '../ui/map/area'
import { circle } from '../ui/map/geo'

export type Shape = 'circle' | 'ring' | 'places'
export interface AreaDraft { shape: Shape; coords: string; radius: string; places: { code: string }[] }

// What is sent; undefined while it covers nothing yet.
export function areaOf(d: AreaDraft): AreaIn | undefined {
  if (d.shape === 'places') return d.places.length ? { places: d.places.map((p) => p.code) } : undefined
  const points = pointsOf(d.coords)
  if (!points?.length) return undefined
  if (d.shape === 'ring') return points.length >= 3 && simple(points) ? { ring: points.map((p) => [p.lon, p.lat]) } : undefined
  const radius = Number(d.radius)
  return points.length === 1 && radius >= 10 ? { ...points[0]!, radius } : undefined
}

function shapeOf(area: { ring?: (number[] | null)[] | null; lon?: number; lat?: number; radius?: number }): Feature | undefined {
  const ring = (area.ring ?? []).filter((p) => p !== null)
  if (ring.length) return { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [[...ring, ring[0]!]] } }
  return area.radius ? circle(area.lon ?? 0, area.lat ?? 0, area.radius) : undefined
}

// What stands on the map: zones in force and open access points; of a zone of whole places the outlines that are known.
export function drawnSite(site: Pick<Site, 'zones' | 'points'> | undefined, shapes: ReadonlyMap<string, Feature> = new Map()): FeatureCollection {
  const zones = (site?.zones ?? []).filter((z) => z.inForce).flatMap((z: Zone) => {
    const f = shapeOf(z.area)
    const all = f ? [f] : z.area.places.flatMap((p) => shapes.get(p.code) ?? [])
    return all.map((x, i): Feature => ({ ...x, properties: { kind: z.kind, name: i ? '' : z.name } }))
  })
  const points = (site?.points ?? []).filter((p) => !p.closed).map((p: AccessPoint): Feature => ({ type: 'Feature', properties: { kind: 'point', name: p.name }, geometry: { type: 'Point', coordinates: [p.lon, p.lat] } }))
  return { type: 'FeatureCollection', features: [...zones, ...points] }
}

// The same with an access point that is being set.
export function withPoint(site: FeatureCollection, line: string): FeatureCollection {
  const p = pointOf(line)
  return p ? { ...site, features: [...site.features, { type: 'Feature', properties: { kind: 'draft' }, geometry: { type: 'Point', coordinates: [p.lon, p.lat] } }] } : site
}
