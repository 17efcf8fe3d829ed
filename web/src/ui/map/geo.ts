import type { Feature, FeatureCollection, Polygon, Position } from 'geojson'
import type { Box, MapMark } from './types'

export function boxOf(outline: FeatureCollection | undefined, marks: { lon: number; lat: number }[]): Box | undefined {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity]
  const add = (lon: number, lat: number) => {
    box[0] = Math.min(box[0], lon)
    box[1] = Math.min(box[1], lat)
    box[2] = Math.max(box[2], lon)
    box[3] = Math.max(box[3], lat)
  }
  for (const ring of rings(outline)) for (const p of ring) add(p[0]!, p[1]!)
  for (const m of marks) add(m.lon, m.lat)
  return Number.isFinite(box[0]) ? box : undefined
}

function rings(outline: FeatureCollection | undefined): Position[][] {
  return (outline?.features ?? []).flatMap(outerRings)
}

function outerRings(f: Feature): Position[][] {
  const g = f.geometry
  if (g?.type === 'Polygon') return g.coordinates.slice(0, 1)
  if (g?.type === 'MultiPolygon') return g.coordinates.map((c) => c[0] ?? [])
  return []
}

// Labels come from a point source: a label per polygon part would repeat the name on every island.
export function labelPoints(outline: FeatureCollection | undefined): FeatureCollection {
  const features = (outline?.features ?? []).map((f): Feature => {
    const own = f.properties?.centre as Position | undefined
    return {
      type: 'Feature',
      properties: { name: String(f.properties?.name ?? '') },
      geometry: { type: 'Point', coordinates: own ?? middle(outerRings(f)) },
    }
  })
  return { type: 'FeatureCollection', features: features.filter((f) => f.properties?.name) }
}

// The name of a zone stands inside its southern edge, so that zones within each other keep their names apart; that of a
// point stands below it.
export function zoneNames(zones: FeatureCollection | undefined): FeatureCollection {
  const features = (zones?.features ?? []).flatMap((f): Feature[] => {
    const name = cut(String(f.properties?.name ?? ''))
    if (!name) return []
    const below = f.geometry.type === 'Point'
    return [{ type: 'Feature', properties: { name, below }, geometry: { type: 'Point', coordinates: f.geometry.type === 'Point' ? f.geometry.coordinates : south(outerRings(f).flat()) } }]
  })
  return { type: 'FeatureCollection', features }
}
// On a map a name is a mark, not a sentence: the list beside it has the whole.
const longest = 12
const cut = (name: string) => (name.length > longest ? name.slice(0, longest - 1) + '…' : name)

function south(ring: Position[]): Position {
  const xs = ring.map((p) => p[0]!)
  return [(Math.min(...xs) + Math.max(...xs)) / 2, Math.min(...ring.map((p) => p[1]!))]
}

// The single points of a drawing, for the box around it.
export function pointsOf(zones: FeatureCollection | undefined): { lon: number; lat: number }[] {
  return (zones?.features ?? []).flatMap((f) => (f.geometry.type === 'Point' ? [{ lon: f.geometry.coordinates[0]!, lat: f.geometry.coordinates[1]! }] : []))
}

function middle(all: Position[][]): Position {
  const largest = all.reduce<Position[]>((a, b) => (b.length > a.length ? b : a), [])
  const xs = largest.map((p) => p[0]!)
  const ys = largest.map((p) => p[1]!)
  if (!xs.length) return [0, 0]
  return [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2]
}

// A circle of so many metres on the ground, as a polygon.
export function circle(lon: number, lat: number, metres: number): Feature<Polygon> {
  const dLat = metres / 111_320
  const dLon = dLat / Math.max(0.01, Math.cos((lat * Math.PI) / 180))
  const ring: Position[] = []
  for (let i = 0; i <= 48; i++) {
    const a = (i / 48) * 2 * Math.PI
    ring.push([lon + dLon * Math.cos(a), lat + dLat * Math.sin(a)])
  }
  return { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [ring] } }
}

// Haversine distance in metres.
export function distance(a: { lon: number; lat: number }, b: { lon: number; lat: number }): number {
  const rad = Math.PI / 180
  const s =
    Math.sin(((b.lat - a.lat) * rad) / 2) ** 2 +
    Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * Math.sin(((b.lon - a.lon) * rad) / 2) ** 2
  return 2 * 6_371_008.8 * Math.asin(Math.min(1, Math.sqrt(s)))
}

export interface Cluster {
  marks: MapMark[]
  severity: number
}

// Puts marks that would overlap on a grid of `cell` pixels into one symbol with the worst severity.
export function gridClusters(marks: MapMark[], toPixel: (m: MapMark) => { x: number; y: number }, cell: number): Cluster[] {
  const grid = new Map<string, Cluster>()
  for (const m of marks) {
    const p = toPixel(m)
    const key = Math.floor(p.x / cell) + ':' + Math.floor(p.y / cell)
    const c = grid.get(key)
    if (c) {
      c.marks.push(m)
      c.severity = Math.min(c.severity, m.severity)
    } else grid.set(key, { marks: [m], severity: m.severity })
  }
  return [...grid.values()]
}

export function outsideCount(marks: MapMark[], box: Box): number {
  return marks.filter((m) => m.lon < box[0] || m.lon > box[2] || m.lat < box[1] || m.lat > box[3]).length
}
