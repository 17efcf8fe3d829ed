import type { FeatureCollection } from 'geojson'
import { describe, expect, it } from 'vitest'
import { beyond, draftOf, faultOf, pointOf, pointsOf, simple, written, writtenAll } from './area'

const at = (...list: [number, number][]) => list.map(([lon, lat]) => ({ lon, lat }))

describe('coordinates as people write them', () => {
  it('are longitude and latitude, with any usual comma', () => {
    expect(pointOf('106.65, 29.02')).toEqual({ lon: 106.65, lat: 29.02 })
    expect(pointOf(' 106.65，29.02 ')).toEqual({ lon: 106.65, lat: 29.02 })
    for (const bad of ['106.65', '东 106, 29', '29.02, 106.65', '1, 2, 3']) expect(pointOf(bad)).toBeUndefined()
    expect(written({ lon: 106.6543219, lat: 29 })).toBe('106.65432, 29.00000')
    expect(pointsOf('106, 29\n\n107, 30')).toHaveLength(2)
    expect(pointsOf('106, 29\nx')).toBeUndefined()
    expect(pointsOf(writtenAll(at([106.64, 29.02], [106.67, 29.02])))).toEqual(at([106.64, 29.02], [106.67, 29.02]))
  })
})

describe('what keeps an area from being one', () => {
  it('is named with the line, or how many corners are missing', () => {
    expect(faultOf('106, 29\nx', 'ring')).toEqual({ key: 'line', n: 2 })
    expect(faultOf('', 'ring')).toEqual({ key: 'few', n: 3 })
    expect(faultOf('106, 29\n107, 29', 'ring')).toEqual({ key: 'few', n: 1 })
    expect(faultOf('0, 0\n1, 1\n1, 0\n0, 1', 'ring').key).toBe('crossed')
    expect(faultOf('106, 29\n107, 29\n107, 30', 'ring').key).toBe('')
    expect(faultOf(Array.from({ length: 201 }, (_, i) => `${100 + Math.cos(i / 32)}, ${30 + Math.sin(i / 32)}`).join('\n'), 'ring').key).toBe('many')
    expect(faultOf('106, 29', 'circle').key).toBe('')
    expect(faultOf('', 'circle').key).toBe('centre')
  })
  it('is a side that crosses or touches another', () => {
    expect(simple(at([0, 0], [3, 0], [3, 3], [2, 3], [2, 1], [1, 1], [1, 3], [0, 3]))).toBe(true)
    expect(simple(at([0, 0], [2, 0], [2, 2], [1, 0], [0, 2]))).toBe(false)
    expect(simple(at([0, 0], [4, 0], [4, 1], [3, 0], [1, 0], [0, 1]))).toBe(false)
    expect(simple(at([0, 0], [2, 0], [2, 0], [2, 2]))).toBe(false)
    expect(simple(at([0, 0], [1, 1], [2, 2]))).toBe(false)
  })
})

describe('an area and the places of an incident', () => {
  const square = (w: number, s: number, side: number) => [[w, s], [w + side, s], [w + side, s + side], [w, s + side], [w, s]]
  const outline = (meant: boolean): FeatureCollection => ({ type: 'FeatureCollection', features: [{ type: 'Feature', properties: { meant }, geometry: { type: 'Polygon', coordinates: [square(0, 0, 10), square(4, 4, 2)] } }] })
  it('counts the corners beyond them, a hole among what is beyond', () => {
    expect(beyond(at([1, 1], [5, 5], [11, 1]), outline(true))).toBe(2)
    expect(beyond(at([11, 1]), outline(false))).toBe(0)
    expect(beyond(at([11, 1]), undefined)).toBe(0)
  })
})

it('draws what has been begun', () => {
  expect(draftOf('106, 29', 'ring', 0)).toEqual([])
  expect(draftOf('106, 29\n107, 29', 'ring', 0)[0]?.geometry.type).toBe('LineString')
  expect(draftOf('106, 29\n107, 29\n107, 30', 'ring', 0)[0]?.geometry.type).toBe('Polygon')
  expect(draftOf('106, 29', 'circle', 500)[0]?.geometry.type).toBe('Polygon')
  expect(draftOf('106, 29', 'circle', 0)).toEqual([])
})
