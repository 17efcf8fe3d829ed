import { describe, expect, it } from 'vitest'
import type { IncidentMap } from '../api/types'
import { beyondOf, drawnGround, extentOf, outlines, platesOf, rowOf, topOf, undrawn, zoneShapes, type Shapes } from './ground'

const team = (name: string, kind: IncidentMap['teams'][number]['kind'], people: number, lon = 106.6, lat = 29) => ({ id: name, name, kind, people, at: '接待点', lon, lat, exact: true })
const ground: IncidentMap = {
  at: '2026-06-18T02:00:00Z', gates: [], hidden: [], zones: [],
  needs: { points: [], clusters: [], inside: 3, total: 8, extent: { west: 106.5, south: 28.9, east: 106.7, north: 29.1 } },
  teams: [team('甲', 'on_site', 12), team('乙', 'on_site', 16), team('丙', 'self_deployed', 9), team('丁', 'en_route', 24, 107.5, 29.5)],
  points: [{ id: 'p', kind: 'reception', name: '接待点', teams: 3, people: 37, lon: 106.6, lat: 29, exact: true }],
  sectors: [{ id: 's', name: 'A 区', ring: [{ lon: 106.4, lat: 28.8 }, { lon: 106.6, lat: 28.8 }, { lon: 106.6, lat: 29 }], lon: 106.5, lat: 28.9, teams: 0, people: 0 }],
}

describe('the ground of an incident', () => {
  it('gathers the teams of one point in plates beside it', () => {
    expect(platesOf(ground.teams, ground.points).map((p) => [p.kind, p.names.join(), p.people, p.dx, p.dy])).toEqual([
      ['on_site', '甲,乙', 28, -34, 0], ['self_deployed', '丙', 9, -78, 0], ['en_route', '丁', 24, 0, 0],
    ])
  })
  it('keeps points of one place apart, and their plates with them', () => {
    const points = [ground.points[0]!, { ...ground.points[0]!, id: 'q', name: '集结区' }]
    expect(points.map((p) => rowOf(p, points))).toEqual([0, 1])
    expect(platesOf([{ ...ground.teams[0]!, at: '集结区' }], points)[0]).toMatchObject({ dx: -34, dy: 38 })
  })
  it('shows the site first and the teams from afar when they are asked for', () => {
    expect(extentOf(ground, false)).toEqual([106.37, 28.77, 106.73, 29.13].map((x) => expect.closeTo(x, 5)))
    expect(extentOf(ground, true)).toEqual([106.29, 28.73, 107.61, 29.57].map((x) => expect.closeTo(x, 5)))
  })
  it('counts what lies outside the view', () => {
    expect(beyondOf(ground, [106, 28, 107, 30])).toEqual({ needs: 5, teams: 1 })
    expect(beyondOf(ground, undefined)).toEqual({ needs: 5, teams: 0 })
  })
  const zones: IncidentMap['zones'] = [
    { id: 'z', name: '警戒区', kind: 'cordon', ring: [], centre: { lon: 106.5, lat: 29 }, radius: 500, places: [] },
    { id: 'w', name: '管制区', kind: 'control', ring: [], places: [{ code: '500110', name: '綦江区', path: '/50/500110/' } as IncidentMap['zones'][number]['places'][number]] },
  ]
  const county: Shapes = new Map([['500110', { type: 'Feature', properties: { code: '500110' }, geometry: { type: 'MultiPolygon', coordinates: [[[[106, 28], [107, 28], [106.5, 29.2], [106, 28]]]] } }]])
  it('closes the outline of a sector, and draws none that is not an area', () => {
    const [one, ...more] = outlines([...ground.sectors, { ...ground.sectors[0]!, ring: [] }], zones, new Map()).features
    expect(more.map((f) => f.geometry.type)).toEqual(['Polygon'])
    expect(one!.geometry.type === 'LineString' && one!.geometry.coordinates.length).toBe(4)
  })
  it('draws a zone of whole places by their outlines, and says which it cannot draw', () => {
    expect(outlines([], zones, county).features.map((f) => f.geometry.type)).toEqual(['Polygon', 'MultiPolygon'])
    expect(topOf(zoneShapes(zones[1]!, county))).toEqual({ lon: 106.5, lat: 29.2 })
    expect(topOf(zoneShapes(zones[1]!, new Map()))).toBeUndefined()
    expect(undrawn(zones, county)).toEqual([])
    expect(undrawn(zones, new Map())).toEqual(['管制区'])
  })
  it('shows what is there where an area is drawn, but for that area', () => {
    const m = { sectors: ground.sectors, zones }
    expect(drawnGround(m, county).map((f) => f.properties?.name)).toEqual(['A 区', '警戒区', '管制区'])
    expect(drawnGround(m, county, 's').map((f) => f.properties?.name)).toEqual(['警戒区', '管制区'])
  })
})
