import { beforeEach, describe, expect, it, vi } from 'vitest'
import { dropDraft, keepDraft, keptDraft, resumed } from './keep'
import type { Draft } from './manifest'

const draft: Draft = { persons: ['a', 'gone'], rides: [{ id: 'v1', on: true, crew: 2, load: '绳索' }, { id: 'sold', on: true, crew: 4, load: '' }], equipment: { boat: 1, lost: 2 }, days: 3, eta: '2026-06-18T05:00:00Z', origin: '北门', note: '自带油料' }

describe('a sign-up that was begun', () => {
  beforeEach(() => {
    const held = new Map<string, string>()
    vi.stubGlobal('localStorage', { getItem: (k: string) => held.get(k) ?? null, setItem: (k: string, v: string) => void held.set(k, v), removeItem: (k: string) => void held.delete(k) })
  })
  it('is there after a reload, for this account and incident only, until it is sent', () => {
    keepDraft('me', 'flood', draft, 1_000)
    expect(keptDraft('me', 'flood', 2_000)).toEqual({ draft, at: 1_000 })
    expect(keptDraft('other', 'flood', 2_000)).toBeUndefined()
    expect(keptDraft('me', 'drill', 2_000)).toBeUndefined()
    dropDraft('me', 'flood')
    expect(keptDraft('me', 'flood', 2_000)).toBeUndefined()
  })
  it('is forgotten after three days, and never breaks the form', () => {
    keepDraft('me', 'flood', draft, 0)
    expect(keptDraft('me', 'flood', 3 * 24 * 3_600_000)).toBeUndefined()
    localStorage.setItem('ly.offer.draft.me.flood', '{broken')
    expect(keptDraft('me', 'flood', 1)).toBeUndefined()
  })
  it('goes on with the force as it is now', () => {
    const fresh: Draft = { persons: ['a', 'b'], rides: [{ id: 'v1', on: true, crew: 5, load: '' }, { id: 'new', on: true, crew: 3, load: '' }], equipment: { boat: 2, pump: 1 }, days: 0, eta: undefined, origin: '队部', note: '' }
    const d = resumed(fresh, draft, ['a', 'b'])
    expect(d.persons).toEqual(['a'])
    expect(d.rides.map((r) => [r.id, r.on, r.crew])).toEqual([['v1', true, 2], ['new', false, 3]])
    expect(d.equipment).toEqual({ boat: 1, pump: 0 })
    expect([d.days, d.origin, d.note]).toEqual([3, '北门', '自带油料'])
  })
})
