import type { FeatureCollection } from 'geojson'
import { describe, expect, it } from 'vitest'
import { marked } from './outline'

describe('the outline of an incident', () => {
  const county = (path: string) => ({ type: 'Feature' as const, properties: { path }, geometry: null })
  const outline = { type: 'FeatureCollection', features: [county('/50/500110/'), county('/50/500119/'), county('/50/500101/')] } as unknown as FeatureCollection
  const meant = (...paths: string[]) => marked(outline, paths.map((path) => ({ path })))?.features.map((f) => f.properties?.meant)
  it('marks what is named, what contains it, and all of a whole', () => {
    expect(meant('/50/500110/', '/50/500119/500119001/')).toEqual([true, true, false])
    expect(meant('/50/')).toEqual([true, true, true])
    expect(marked(undefined, [])).toBeUndefined()
  })
})
