import { describe, expect, it } from 'vitest'

const sources = import.meta.glob<string>('../**/*.{vue,css}', { query: '?raw', import: 'default', eager: true })

describe('the layout of phones', () => {
  // A sheet of A4 is narrower than the breakpoint: a rule for every medium would tear the tables apart on paper.
  it('is for screens, not for paper', () => {
    expect(Object.keys(sources).length).toBeGreaterThan(100)
    const taken = Object.entries(sources).flatMap(([file, text]) => (text.match(/@media \(max-width: [1-8]\d\dpx\)/g) ?? []).map((rule) => `${file}: ${rule}`))
    expect(taken).toEqual([])
  })
})
