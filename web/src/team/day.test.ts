import { describe, expect, it } from 'vitest'
import { dayOf, momentOf } from './day'

describe('days', () => {
  it('reads what people write, in the time of China', () => {
    expect(momentOf('2026-06-18')).toBe('2026-06-17T16:00:00.000Z')
    expect(momentOf('2026年6月18日', 1)).toBe('2026-06-18T16:00:00.000Z')
    expect(momentOf('2026-02-30')).toBe('')
    expect(momentOf('下周')).toBe('')
  })
  it('shows the last day of cover and not the first without', () => {
    expect(dayOf(momentOf('2026-12-31', 1), -1)).toBe('2026-12-31')
    expect(dayOf('')).toBe('')
  })
})
