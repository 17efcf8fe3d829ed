import { describe, expect, it } from 'vitest'
import type { Member, OfferDetail, Stock } from '../api/types'
import { hasTime, minutesBetween } from './due'
import { draftFrom, draftOf, gaps, manifestOf } from './manifest'

const members = ['a', 'b', 'c', 'd'].map((id) => ({ id })) as Member[]
const stock = {
  edits: true,
  vehicles: [{ id: 'v1', state: 'active', seats: 3, load: '冲锋舟' }, { id: 'v2', state: 'active' }, { id: 'v3', state: 'retired', seats: 9 }, { id: 'v4', state: 'active', seats: 2 }],
  equipment: [{ kind: 'boat', usable: 2, count: 3, version: 1 }, { kind: 'pump', usable: 4, count: 4, version: 1 }],
} as unknown as Stock

describe('a manifest', () => {
  it('takes who is active, as many vehicles as they need, and the equipment that is wanted', () => {
    const d = draftOf(members, stock, '队部', [{ key: 'boat', count: 5 }])
    expect(d.persons).toEqual(['a', 'b', 'c', 'd'])
    expect(d.rides.map((r) => [r.id, r.on, r.crew])).toEqual([['v1', true, 3], ['v2', true, 1], ['v4', false, 1]])
    expect(d.equipment).toEqual({ boat: 2, pump: 0 })
    expect(gaps(d)).toEqual(['days', 'eta'])
    const m = manifestOf({ ...d, days: 3, eta: '2026-06-18T05:00:00Z' }, ['n'])
    expect(m.vehicles).toEqual([{ id: 'v1', crew: 3, load: '冲锋舟' }, { id: 'v2', crew: 1 }])
    expect(m.equipment).toEqual([{ key: 'boat', count: 2 }])
    expect('note' in m).toBe(false)
  })
  it('keeps what was sent, without those who have left', () => {
    const o = { persons: [{ member: 'b' }, { member: 'gone' }], cars: [{ vehicle: 'v4', crew: 2, load: '' }], equipment: [], days: 2, eta: 'x', origin: '北门', note: '备注' } as unknown as OfferDetail
    const d = draftFrom(o, members, stock)
    expect(d.persons).toEqual(['b'])
    expect(d.rides.filter((r) => r.on).map((r) => r.id)).toEqual(['v4'])
    expect([d.days, d.origin, d.note]).toEqual([2, '北门', '备注'])
  })
  it('counts whole minutes, and knows a deadline that is not set', () => {
    const now = Date.parse('2026-06-18T02:00:00Z')
    expect(minutesBetween(now, '2026-06-18T02:12:30Z')).toBe(12)
    expect(minutesBetween(now, '2026-06-18T01:58:00Z')).toBe(-2)
    expect(hasTime('0001-01-01T00:00:00Z')).toBe(false)
    expect(minutesBetween(now, undefined)).toBe(Number.POSITIVE_INFINITY)
  })
})
