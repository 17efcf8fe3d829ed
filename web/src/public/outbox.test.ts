import { describe, expect, it } from 'vitest'
import { ApiError } from '../api/http'
import type { PublicReport } from '../api/types'
import { newDraft, toBody } from './draft'
import { attempt, backOff } from './outbox'

const body: PublicReport = { id: 'x', kind: 'other' }
const failing = (status: number, code = '', retryAfter = 0) => () => Promise.reject(new ApiError(status, { code }, retryAfter))

describe('attempt', () => {
  it('keeps and retries whatever may pass', async () => {
    for (const status of [0, 408, 429, 500, 502, 503]) {
      expect(await attempt(body, 1, failing(status), () => 0.5)).toEqual({ to: 'waiting', inMs: 2000 })
    }
  })
  it('waits as long as the server asks', async () => {
    expect(await attempt(body, 1, failing(429, 'too_many', 30), () => 0.5)).toEqual({ to: 'waiting', inMs: 30_000 })
  })
  it('asks once more, and knows a used id', async () => {
    expect(await attempt(body, 1, failing(422, 'ask_once_more'))).toEqual({ to: 'ask' })
    expect(await attempt(body, 1, failing(409, 'id_reused'))).toEqual({ to: 'reused' })
  })
  it('shows what can only be mended by hand', async () => {
    expect((await attempt(body, 1, failing(413))).to).toBe('refused')
  })
})

describe('backOff', () => {
  it('doubles up to a minute, spread by a quarter', () => {
    expect(backOff(1, () => 0.5)).toBe(2000)
    expect(backOff(3, () => 0.5)).toBe(8000)
    expect(backOff(50, () => 0.5)).toBe(60_000)
    expect(backOff(1, () => 0)).toBe(1500)
    expect(backOff(1, () => 1)).toBe(2500)
  })
})

describe('toBody', () => {
  it('is the same for an unchanged draft, whenever it is sent', () => {
    const draft = { ...newDraft(), text: ' water ', firstSentAt: '2026-06-18T02:00:00.000Z' }
    const first = toBody(draft, new Date(1), false)
    expect(toBody(draft, new Date(999_999), false)).toEqual(first)
    expect(first).toEqual({ id: draft.id, kind: 'other', vulnerable: [], text: 'water', clientTime: '2026-06-18T02:00:00.000Z' })
  })
  it('leaves out what is not known, and keeps a zero', () => {
    const body = toBody({ ...newDraft(), people: 0 }, new Date(), true)
    expect(body.people).toBe(0)
    expect(body.asked).toBe(true)
    expect(Object.keys(toBody(newDraft(), new Date(), false)).sort()).toEqual(['clientTime', 'id', 'kind', 'vulnerable'])
  })
})
