import { describe, expect, it } from 'vitest'
import { settle, type Name, type Rect, type Step } from './names'

const box = (left: number, top: number, w = 60, h = 16): Rect => ({ left, top, right: left + w, bottom: top + h })
const still: Step[] = [[0, 0]]
const name = (rank: number, at: Rect, ways: Step[] = still): Name => ({ rank, box: at, ways })

describe('names on a map', () => {
  it('keeps those that do not touch where they are', () => {
    expect(settle([name(1, box(0, 0)), name(1, box(0, 16)), name(1, box(60, 0))], [])).toEqual([[0, 0], [0, 0], [0, 0]])
  })
  it('drops the one that matters less, whatever the order', () => {
    expect(settle([name(9, box(0, 0)), name(1, box(10, 4))], [])).toEqual([undefined, [0, 0]])
  })
  it('moves a name aside before it drops it, and only into free room', () => {
    const aside: Step[] = [[0, 0], [-80, 0], [0, 20]]
    expect(settle([name(1, box(0, 0)), name(2, box(4, 4), aside)], [])).toEqual([[0, 0], [-80, 0]])
    expect(settle([name(1, box(0, 0)), name(2, box(4, 4), aside)], [box(-70, 0)])).toEqual([[0, 0], [0, 20]])
  })
  it('covers no symbol', () => {
    expect(settle([name(1, box(0, 0))], [box(50, 10, 28, 28)])).toEqual([undefined])
  })
})
