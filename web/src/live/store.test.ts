import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { http, take } from '../api/http'
import type { LinkState, LiveMessage } from './messages'
import { useLive } from './store'

let told: (m: LiveMessage) => void
let from = -1
vi.mock('./connect', () => ({
  connectLive: (tell: (m: LiveMessage) => void, position: number) => {
    told = tell
    from = position
    return { retry: () => undefined, doubt: () => undefined, close: () => undefined }
  },
}))

describe('useLive', () => {
  let status = 200
  const resync = vi.fn()
  const say = (state: LinkState) => told({ type: 'state', state, since: Date.now() })
  const read = () => take(http.GET('/api/v1/session')).catch(() => undefined)
  beforeEach(() => {
    vi.useFakeTimers()
    setActivePinia(createPinia())
    resync.mockReset()
    vi.stubGlobal('fetch', async () => {
      if (status === 0) throw new TypeError('no network')
      return new Response('{}', { status, headers: { 'Content-Type': 'application/json' } })
    })
    useLive().open(41, () => undefined)
    useLive().listen({ resync })
  })
  afterEach(() => {
    useLive().close()
    status = 200
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })

  it('asks for the stream from where the page began to read', () => {
    expect(from).toBe(41)
  })

  it('reads anew what got no answer, as soon as the stream is live', async () => {
    say('live')
    say('down')
    status = 0
    await read()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(resync).not.toHaveBeenCalled() // nobody would answer
    status = 200
    say('live')
    await vi.advanceTimersByTimeAsync(1000)
    expect(resync).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(120_000)
    expect(resync).toHaveBeenCalledTimes(1)
  })

  it('tries at longer and longer intervals while a live server cannot answer', async () => {
    say('live')
    status = 503
    resync.mockImplementation(() => void read())
    await read()
    const at: number[] = []
    for (let s = 0; s < 120; s++) {
      const before = resync.mock.calls.length
      await vi.advanceTimersByTimeAsync(1000)
      if (resync.mock.calls.length > before) at.push(s)
    }
    expect(at.length).toBeGreaterThan(4)
    expect(at.length).toBeLessThan(12)
  })

  it('leaves alone what was refused', async () => {
    say('live')
    status = 404
    await read()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(resync).not.toHaveBeenCalled()
  })
})
