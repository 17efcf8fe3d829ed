import { describe, expect, it } from 'vitest'
import { age, clockTime, dateTime, parseDateTime } from './clock'

const now = Date.parse('2026-06-18T02:02:00Z') // 10:02 in China

describe('clock', () => {
  it('writes China time whatever the machine thinks', () => {
    expect(clockTime('2026-06-18T02:02:00Z', now)).toBe('10:02')
    expect(clockTime('2026-06-17T16:05:00Z', now)).toBe('00:05')
    expect(clockTime('2026-06-17T15:59:00Z', now)).toBe('06-17 23:59')
    expect(clockTime('2025-11-21T02:00:00Z', now)).toBe('2025-11-21 10:00')
    expect(dateTime('2026-06-17T16:05:00Z')).toBe('2026-06-18 00:05')
    expect(clockTime('nonsense', now)).toBe('')
  })
  it('reads what a desk types', () => {
    expect(parseDateTime('10:02', now)).toBe('2026-06-18T02:02:00.000Z')
    expect(parseDateTime('6-17 9:05', now)).toBe('2026-06-17T01:05:00.000Z')
    expect(parseDateTime('2025-12-31 23:59', now)).toBe('2025-12-31T15:59:00.000Z')
    for (const bad of ['', 'noon', '25:00', '02-30 10:00', '13-01 10:00']) expect(parseDateTime(bad, now)).toBeUndefined()
  })
  it('tells ages', () => {
    const ago = (s: number) => age(new Date(now - s * 1000), now)
    expect(ago(10)).toEqual({ key: 'now', n: 0 })
    expect(ago(45)).toEqual({ key: 'seconds', n: 45 })
    expect(ago(18 * 60)).toEqual({ key: 'minutes', n: 18 })
    expect(ago(-5)).toEqual({ key: 'now', n: 0 })
  })
})
