import { describe, expect, it } from 'vitest'
import { blank, changed, counts, lacks, right } from './told'

const m = { rescued: 2, moved: 280, treated: 0 }

describe('what a team reports', () => {
  it('is what came since the last report', () => {
    expect(counts({ ...blank(), moved: 6 }, m)).toEqual({ moved: 6 })
    expect(lacks(blank(), m)).toBe(true)
    expect(lacks({ ...blank(), words: '全员平安' }, m)).toBe(false)
  })
  it('is the difference to the right sums, and why', () => {
    const right = { ...blank(), correcting: true, rescued: 2, moved: 28, treated: 1 }
    expect(counts(right, m)).toEqual({ moved: -252, treated: 1 })
    expect(lacks(right, m)).toBe(true)
    expect(lacks({ ...right, words: '多写一个 0' }, m)).toBe(false)
  })
  it('begins a correction of what was confirmed with the figures of now, and tells both of what became another', () => {
    expect(counts(right(m), m)).toEqual({})
    expect(changed(m, { ...m, moved: 28 })).toEqual([{ figure: 'moved', before: 280, after: 28 }])
    expect(changed(undefined, m)).toEqual([])
  })
})
