import { describe, expect, it } from 'vitest'
import { marksOf, viewQuery } from './useNeedMap'

describe('viewQuery', () => {
  it('keeps a view of the country as it is', () => {
    expect(viewQuery([105, 28, 111, 33], 7.26)).toEqual({ west: 105, south: 28, east: 111, north: 33, zoom: 7.3 })
  })
  it('ends where the globe does', () => {
    expect(viewQuery([-300, -95, 300, 95], -1)).toEqual({ west: -180, south: -90, east: 180, north: 90, zoom: 0 })
    expect(viewQuery([100, 0, 200, 10], 3).east).toBe(180)
  })
})

describe('marksOf', () => {
  it('draws needs one by one and clusters with their number and highest severity', () => {
    const marks = marksOf({
      points: [{ id: 'a', number: 'XQ-A0001', title: '老人需转移', state: 'open', severity: 2, lon: 106, lat: 29 }],
      clusters: [{ lon: 107, lat: 30, count: 812, severity: 1, west: 107, south: 30, east: 107, north: 30 }],
      inside: 813,
      total: 900,
    })
    expect(marks.map((m) => [m.severity, m.count, m.label])).toEqual([[2, undefined, '老人需转移'], [1, 812, undefined]])
    expect(marksOf(undefined)).toEqual([])
  })
})
