import { beforeEach, describe, expect, it } from 'vitest'
import { candidates, keepApart, showAgain } from './apart'
import { mergePlan, needToJoin } from './merge'

const row = (id: string, stage: string, receivedAt: string, more: { outcome?: string; need?: string; mergedInto?: string } = {}) => ({ id, stage, receivedAt, ...more })

describe('mergePlan', () => {
  const early = row('a', 'verifying', '2026-06-18T01:26:00Z')
  const late = row('b', 'received', '2026-06-18T01:53:00Z')

  it('lets the one that came first lead', () => {
    expect(mergePlan(late, early)).toEqual({ lead: early, follower: late })
    expect(mergePlan(early, late)).toEqual({ lead: early, follower: late })
  })
  it('lets a decided one lead, however late it came', () => {
    const decided = row('c', 'done', '2026-06-18T02:00:00Z', { outcome: 'verified', need: 'n' })
    expect(mergePlan(early, decided)?.lead).toBe(decided)
    expect(mergePlan(decided, early)?.follower).toBe(early)
  })
  it('does not touch two decided ones, nor one that follows already', () => {
    expect(mergePlan(row('c', 'done', ''), row('d', 'done', ''))).toBeUndefined()
    expect(mergePlan(early, row('e', 'merged', '', { mergedInto: 'x' }))).toBeUndefined()
  })
  it('names the need that a verified candidate has become', () => {
    const decided = row('c', 'done', '', { outcome: 'verified', need: 'n' })
    expect(needToJoin(early, decided)).toBe('n')
    expect(needToJoin(decided, early)).toBe('')
    expect(needToJoin(early, row('c', 'done', '', { outcome: 'false', need: 'n' }))).toBe('')
  })
})

describe('candidates that are no duplicates', () => {
  beforeEach(() => sessionStorage.clear())
  const all = [{ report: { id: 'b' } }, { report: { id: 'c' } }]

  it('hides a pair from both sides, for one reader', () => {
    keepApart('me', 'a', 'b')
    expect(candidates('me', 'a', all).map((c) => c.report.id)).toEqual(['c'])
    expect(candidates('me', 'b', [{ report: { id: 'a' } }])).toEqual([])
    expect(candidates('you', 'a', all)).toHaveLength(2)
  })
  it('shows them again on request', () => {
    keepApart('me', 'a', 'b')
    keepApart('me', 'c', 'd')
    showAgain('me', 'a')
    expect(candidates('me', 'a', all)).toHaveLength(2)
    expect(candidates('me', 'd', all).map((c) => c.report.id)).toEqual(['b'])
  })
  it('survives a spoilt store', () => {
    sessionStorage.setItem('ly.apart.me', '{')
    expect(candidates('me', 'a', all)).toHaveLength(2)
  })
})
