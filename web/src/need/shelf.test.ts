import { describe, expect, it } from 'vitest'
import lifecycles from '../../../api/lifecycles.golden.json'
import { shelfOf } from './shelf'

describe('the tab in which a need stands', () => {
  it('is that of the published for all states that lead on from there, and its own for the others', () => {
    const states = lifecycles.need.states.map((s) => s.key)
    expect(Object.fromEntries(states.map((s) => [s, shelfOf(s)]))).toEqual({ open: 'open', published: 'published', matched: 'published', in_progress: 'published', closed: 'closed' })
  })
})
