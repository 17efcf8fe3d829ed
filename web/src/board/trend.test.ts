import { describe, expect, it } from 'vitest'
import { amount, drawTrend, percent } from './trend'

const at = '2026-06-18T02:00:00Z'
const trend = (...values: (number | undefined)[]) => values.map((value) => ({ at, ...(value === undefined ? {} : { value }) }))

describe('a trend', () => {
  it('leaves a gap where it was unknown', () => {
    const d = drawTrend({ trend: trend(0.1, 0.2, undefined, 0.3, undefined, undefined), line: 0.2 }, 66, 30)
    expect(d.lines.map((l) => l.length)).toEqual([2, 1])
    expect(d.end).toEqual(d.lines[1]![0])
  })
  it('has no end when nothing is known', () => {
    const d = drawTrend({ trend: trend(undefined, undefined), line: 0.2 }, 66, 30)
    expect(d.lines).toEqual([])
    expect(d.end).toBeUndefined()
  })
  it('keeps the line of attention and every point inside', () => {
    const d = drawTrend({ trend: trend(0, 1, 0.5), line: 0.3 }, 66, 30)
    const ys = [d.attention, ...d.lines.flat().map((p) => p.y)]
    expect(Math.min(...ys)).toBeGreaterThanOrEqual(3)
    expect(Math.max(...ys)).toBeLessThanOrEqual(27)
    expect(d.lines[0]!.map((p) => p.x)).toEqual([3, 33, 63])
  })
  it('draws a line of zeroes at the bottom, below the line of attention', () => {
    const d = drawTrend({ trend: trend(0, 0), line: 0.1 }, 66, 30)
    expect(d.lines[0]![0]!.y).toBe(27)
    expect(d.attention).toBeLessThan(27)
  })
})

it('says shares and figures as people read them', () => {
  expect([0, 0.005, 0.038, 0.1, 0.199, 0.62, 1].map(percent)).toEqual(['0', '0.5', '3.8', '10.0', '19.9', '62', '100'])
  expect([3, 2.5, 12.345].map(amount)).toEqual(['3', '2.5', '12.3'])
})
