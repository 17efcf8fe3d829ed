import type { Feature, FeatureCollection, Position } from 'geojson'
import type { IncidentMap } from '../api/types'
import { circle } from '../ui/map/geo'
import type { Box } from '../ui/map/types'

export const layers = ['needs', 'teams', 'points', 'sectors'] as const
export type Layer = (typeof layers)[number]

export interface Plate {
  id: string // of the first team
  kind: IncidentMap['teams'][number]['kind']
  names: string[]
  people: number
  at: string
  lon: number
  lat: number
  dx: number // pixels from the place, so that nothing covers another
  dy: number
}

const spotOf = (p: { lon: number; lat: number }) => `${p.lon.toFixed(5)},${p.lat.toFixed(5)}`

// Points at one place, only the county of which may be known, stand below each other.
export function rowOf(p: { id: string; lon: number; lat: number }, points: { id: string; lon: number; lat: number }[]): number {
  return points.filter((x) => spotOf(x) === spotOf(p)).findIndex((x) => x.id === p.id)
}

// Teams at one point and of one kind are one plate with all their people. It stands to the left of the point; what stands
// at no point stands below the other plates of its place.
export function platesOf(teams: IncidentMap['teams'], points: IncidentMap['points']): Plate[] {
  const plates = new Map<string, Plate>()
  const beside = new Map<string, number>()
  for (const t of teams) {
    const spot = spotOf(t)
    const key = t.kind + spot + t.at
    const p = plates.get(key)
    if (p) {
      p.names.push(t.name)
      p.people += t.people
      continue
    }
    const point = t.kind === 'en_route' ? undefined : points.find((p) => spotOf(p) === spot && p.name === t.at)
    const n = beside.get(spot + (point?.id ?? '')) ?? 0
    beside.set(spot + (point?.id ?? ''), n + 1)
    const at = point ? { dx: -34 - 44 * n, dy: 38 * rowOf(point, points) } : { dx: 0, dy: 22 * n }
    plates.set(key, { id: t.id, kind: t.kind, names: [t.name], people: t.people, at: t.at, lon: t.lon, lat: t.lat, ...at })
  }
  return [...plates.values()]
}

// The outlines of places by code: a zone may cover whole places.
export type Shapes = ReadonlyMap<string, Feature>
type Zone = IncidentMap['zones'][number]

const ringOf = (ring: { lon: number; lat: number }[]): Position[] => [...ring, ring[0]!].map((p) => [p.lon, p.lat])

// A zone as it is drawn; nothing when no outline of its places is known.
export function zoneShapes(z: Zone, shapes: Shapes): Feature[] {
  if (z.ring.length > 2) return [{ type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [ringOf(z.ring)] } }]
  if (z.centre && z.radius) return [circle(z.centre.lon, z.centre.lat, z.radius)]
  return z.places.flatMap((p) => shapes.get(p.code) ?? [])
}

// Sectors and controlled zones are outlines, and no fills: a fill would be read as a warning level.
export function outlines(sectors: IncidentMap['sectors'], zones: Zone[], shapes: Shapes): FeatureCollection {
  const line = sectors.filter((s) => s.ring.length > 2).map((s): Feature => ({ type: 'Feature', properties: { name: s.name }, geometry: { type: 'LineString', coordinates: ringOf(s.ring) } }))
  return { type: 'FeatureCollection', features: [...line, ...zones.flatMap((z) => zoneShapes(z, shapes))] }
}

// What is there already where an area is being drawn, with its names; one is left out: that which is being drawn anew.
export function drawnGround(m: Pick<IncidentMap, 'sectors' | 'zones'>, shapes: Shapes, except = ''): Feature[] {
  const sectors = m.sectors.filter((s) => s.id !== except && s.ring.length > 2)
    .map((s): Feature => ({ type: 'Feature', properties: { kind: 'control', name: s.name }, geometry: { type: 'Polygon', coordinates: [ringOf(s.ring)] } }))
  const zones = m.zones.flatMap((z) => zoneShapes(z, shapes).map((f, i): Feature => ({ ...f, properties: { kind: z.places.length ? 'control' : z.kind, name: i ? '' : z.name } })))
  return [...sectors, ...zones]
}

// Zones that cannot be drawn, because no outline of their places is known: towns and villages.
export function undrawn(zones: Zone[], shapes: Shapes): string[] {
  return zones.filter((z) => z.places.length > 0 && !zoneShapes(z, shapes).length).map((z) => z.name)
}

// The northernmost point of an area, where its name stands.
export function topOf(features: Feature[]): { lon: number; lat: number } | undefined {
  const all = features.flatMap((f): Position[] => (f.geometry.type === 'Polygon' ? f.geometry.coordinates.flat() : f.geometry.type === 'MultiPolygon' ? f.geometry.coordinates.flat(2) : []))
  const top = all.reduce<Position | undefined>((a, b) => (!a || b[1]! > a[1]! ? b : a), undefined)
  return top && { lon: top[0]!, lat: top[1]! }
}

function join(a: Box | undefined, lon: number, lat: number): Box {
  return a ? [Math.min(a[0], lon), Math.min(a[1], lat), Math.max(a[2], lon), Math.max(a[3], lat)] : [lon, lat, lon, lat]
}

// The box of what goes on at the site; with wide also of the teams that are on their way from afar.
export function extentOf(m: IncidentMap, wide: boolean): Box | undefined {
  let box: Box | undefined
  const e = m.needs.extent
  if (e) box = join(join(undefined, e.west, e.south), e.east, e.north)
  for (const p of [...m.points, ...m.gates]) box = join(box, p.lon, p.lat)
  for (const s of [...m.sectors, ...m.zones]) for (const p of s.ring) box = join(box, p.lon, p.lat)
  for (const t of m.teams) if (wide || t.kind !== 'en_route') box = join(box, t.lon, t.lat)
  return box && wider(box)
}

// Room around what is shown, for legends and for plates that stand beside their place.
function wider(b: Box): Box {
  const w = Math.max((b[2] - b[0]) * 0.1, 0.01)
  const h = Math.max((b[3] - b[1]) * 0.1, 0.01)
  return [b[0] - w, b[1] - h, b[2] + w, b[3] + h]
}

export function inside(box: Box | undefined, p: { lon: number; lat: number }): boolean {
  return !box || (p.lon >= box[0] && p.lon <= box[2] && p.lat >= box[1] && p.lat <= box[3])
}

// What lies outside the view, so that nobody believes that the view is all.
export function beyondOf(m: IncidentMap, view: Box | undefined): { needs: number; teams: number } {
  return { needs: m.needs.total - m.needs.inside, teams: m.teams.filter((t) => !inside(view, t)).length }
}
