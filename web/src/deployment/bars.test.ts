import { describe, expect, it } from 'vitest'
import { barOf } from './bars'

const line = (wanted: number | null, committed: number, ours: number, offered: number) => ({ wanted, committed, ours, offered })

describe('the bar of a need', () => {
  it('ends at the need while less comes', () => {
    expect(barOf(line(4, 1, 1, 0))).toEqual({ committed: 25, ours: 25, offered: 0, mark: 100 })
  })
  it('shows where the need ends when more comes, and no more than twice of it', () => {
    expect(barOf(line(2, 2, 1, 1))).toEqual({ committed: 50, ours: 25, offered: 25, mark: 50 })
    expect(barOf(line(1, 1, 0, 9))).toEqual({ committed: 50, ours: 0, offered: 50, mark: 50 })
  })
  it('is none where the need sets no number', () => {
    expect(barOf(line(null, 3, 1, 2))).toBeUndefined()
  })
})
