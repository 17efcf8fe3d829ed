import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { coalesce } from './coalesce'

describe('coalesce', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('asks once for many events, and once more for those that came meanwhile', async () => {
    let answer = () => undefined as void
    const run = vi.fn(() => new Promise<void>((done) => (answer = done)))
    const ask = coalesce(run, 300)
    ask()
    ask()
    await vi.advanceTimersByTimeAsync(299)
    expect(run).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    ask()
    ask()
    expect(run).toHaveBeenCalledTimes(1)
    answer()
    await vi.advanceTimersByTimeAsync(300)
    expect(run).toHaveBeenCalledTimes(2)
  })

  it('goes on after a failure and stops when told', async () => {
    const run = vi.fn().mockRejectedValue(new Error('no network'))
    const ask = coalesce(run, 100)
    ask()
    await vi.advanceTimersByTimeAsync(100)
    ask()
    await vi.advanceTimersByTimeAsync(100)
    expect(run).toHaveBeenCalledTimes(2)
    ask()
    ask.stop()
    await vi.advanceTimersByTimeAsync(1000)
    expect(run).toHaveBeenCalledTimes(2)
  })
})
