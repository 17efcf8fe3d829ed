import { describe, expect, it } from 'vitest'
import { fallen } from './standing'

const at = (time: string) => Date.parse(time)
const pass = { state: 'valid', vouched: true, lapsed: false, backTo: '2026-06-20T10:00:00Z' } as const

describe('how a valid pass stands', () => {
  it('lapses on an open page at its last moment', () => {
    expect(fallen(pass, at('2026-06-20T10:00:00Z'))).toBeUndefined()
    expect(fallen(pass, at('2026-06-20T10:00:01Z'))?.label).toBe('passes.lapsed')
    expect(fallen({ ...pass, lapsed: true }, at('2026-06-20T09:00:00Z'))?.label).toBe('passes.lapsed')
  })
  it('counts for nothing where nobody vouches, and a revoked one is revoked', () => {
    expect(fallen({ ...pass, vouched: false }, at('2026-06-20T09:00:00Z'))?.label).toBe('passes.unvouched')
    expect(fallen({ ...pass, state: 'revoked', vouched: false }, at('2026-06-21T09:00:00Z'))).toBeUndefined()
  })
})
