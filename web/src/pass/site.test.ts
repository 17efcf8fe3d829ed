import { describe, expect, it } from 'vitest'
import type { Site } from '../api/types'
import { areaOf, drawnSite, withPoint } from './site'

describe('a zone that is drawn', () => {
  it('is sent when it covers something', () => {
    const d = { shape: 'circle' as const, coords: '', radius: '', places: [] }
    expect(areaOf(d)).toBeUndefined()
    expect(areaOf({ ...d, coords: '106.65, 29.02', radius: '5' })).toBeUndefined()
    expect(areaOf({ ...d, coords: '106.65, 29.02', radius: '800' })).toEqual({ lon: 106.65, lat: 29.02, radius: 800 })
    expect(areaOf({ ...d, shape: 'ring', coords: '106, 29\n107, 29' })).toBeUndefined()
    expect(areaOf({ ...d, shape: 'ring', coords: '0, 0\n1, 1\n1, 0\n0, 1' })).toBeUndefined()
    expect(areaOf({ ...d, shape: 'ring', coords: '106, 29\n107, 29\n107, 30' })).toEqual({ ring: [[106, 29], [107, 29], [107, 30]] })
    expect(areaOf({ ...d, shape: 'places', places: [{ code: '500110' }] })).toEqual({ places: ['500110'] })
  })
  it('stands on the map while it is in force, with the open access points', () => {
    const area = { ring: [], places: [], lon: 106.6, lat: 29, radius: 500 }
    const site = {
      zones: [{ name: '沱湾', kind: 'cordon', inForce: true, area }, { name: '旧区', kind: 'control', inForce: false, area }, { name: '全镇', kind: 'control', inForce: true, area: { ring: [], places: [{ code: '500110' }] } }],
      points: [{ name: '北渡站', lon: 106.6, lat: 29 }, { name: '旧卡口', lon: 106, lat: 29, closed: { at: '', by: '' } }],
    } as unknown as Site
    const drawn = drawnSite(site)
    expect(drawn.features.map((f) => f.properties?.name)).toEqual(['沱湾', '北渡站'])
    const shape = { type: 'Feature' as const, properties: { code: '500110', name: '綦江区' }, geometry: { type: 'Polygon' as const, coordinates: [[[106, 29], [107, 29], [107, 30], [106, 29]]] } }
    expect(drawnSite(site, new Map([['500110', shape]])).features.map((f) => f.properties?.name)).toEqual(['沱湾', '全镇', '北渡站'])
    expect(withPoint(drawn, '106, 29').features).toHaveLength(3)
    expect(withPoint(drawn, '106').features).toHaveLength(2)
  })
})
