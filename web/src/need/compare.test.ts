import { describe, expect, it } from 'vitest'
import type { Place, Point } from '../api/types'
import { comparePeople, comparePlace, compareVulnerable, sharedPieces } from './compare'

const place: Place = { code: '500110001', path: '/50/500110/500110001/', name: 'A', full: 'A' }
const point = (lat: number, accuracy = 15): Point => ({ lon: 106.65, lat, accuracy, source: 'gps', at: '2026-06-18T02:00:00Z' })

describe('compare', () => {
  it('sets a mark only where both sides say something', () => {
    expect(comparePeople(12, null)).toBe('unknown')
    expect(comparePeople(12, 12)).toBe('same')
    expect(comparePeople(12, 11)).toBe('near')
    expect(comparePeople(12, 8)).toBe('other')
    expect(compareVulnerable([], [])).toBe('unknown')
    expect(compareVulnerable(['elder'], ['elder', 'infant'])).toBe('near')
  })
  it('weighs distance against the accuracy of both points', () => {
    expect(comparePlace({ place, point: point(29) }, { place, point: point(29.00005) })).toBe('same')
    expect(comparePlace({ place, point: point(29) }, { place, point: point(29.001) })).toBe('near')
    expect(comparePlace({ place, point: point(29) }, { place, point: point(29.1) })).toBe('other')
    expect(comparePlace({ place }, { place, point: point(29) })).toBe('near')
  })
  it('marks shared words and joins to the same text', () => {
    const pieces = sharedPieces('abc de, xy', 'zabc xy')
    expect(pieces.map((p) => p.text).join('')).toBe('abc de, xy')
    expect(pieces.filter((p) => p.shared).map((p) => p.text)).toEqual(['abc', 'xy'])
  })
})
