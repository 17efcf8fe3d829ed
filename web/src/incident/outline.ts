import type { FeatureCollection } from 'geojson'
import type { Place } from '../api/types'

// marked says which divisions of an outline an incident touches: those themselves, or what they contain when the
// incident names the whole above them.
export function marked(outline: FeatureCollection | undefined, places: Pick<Place, 'path'>[]): FeatureCollection | undefined {
  if (!outline) return undefined
  const touches = (path: string) => places.some((p) => path.startsWith(p.path) || p.path.startsWith(path))
  return { ...outline, features: outline.features.map((f) => ({ ...f, properties: { ...f.properties, meant: touches(String(f.properties?.path ?? '-')) } })) }
}
