import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, type EffectScope } from 'vue'
import { ApiError } from '../api/http'
import type { FoundAll } from '../api/types'
import { enough, useFinder } from './finder'

const found = (...titles: string[]): FoundAll => ({ groups: [{ kind: 'team', total: 9, hits: titles.map((title) => ({ id: title, title })) }], kinds: ['team'], left: [] })

describe('what is enough to look for', () => {
  it.each([['', false], ['x', false], ['，', false], ['a-', false], ['水', true], ['a1', true], ['a 1', true], ['１２', true]])('%s', (text, is) => expect(enough(text)).toBe(is))
})

describe('a search while somebody types', () => {
  let scope: EffectScope
  const calls: { text: string; kind?: string; signal: AbortSignal; answer: (out: FoundAll) => void; fail: (e: Error) => void }[] = []
  const make = () => scope.run(() => useFinder((text, signal, kind) => new Promise((answer, fail) => calls.push({ text, signal, answer, fail, ...(kind ? { kind } : {}) }))))!
  const titles = (f: ReturnType<typeof make>) => f.answer.value?.out.groups.flatMap((g) => g.hits.map((h) => h.title))
  beforeEach(() => {
    vi.useFakeTimers()
    calls.length = 0
    scope = effectScope()
  })
  afterEach(() => {
    scope.stop()
    vi.useRealTimers()
  })

  it('asks once the word has stood for a moment', () => {
    const f = make()
    for (const text of ['水', '水域', '水域队']) {
      f.typed.value = text
      vi.advanceTimersByTime(150)
    }
    expect(calls).toEqual([])
    expect(f.asking.value).toBe(true)
    vi.advanceTimersByTime(50)
    expect(calls.map((c) => c.text)).toEqual(['水域队'])
  })

  it('does not ask again when only blanks change, nor for too little, and asks for no more than the server takes', () => {
    const f = make()
    f.typed.value = '水域'
    vi.advanceTimersByTime(200)
    f.typed.value = ' 水域  '
    f.typed.value = 'x'
    vi.advanceTimersByTime(200)
    expect(calls.length).toBe(1)
    f.typed.value = '水'.repeat(70)
    vi.advanceTimersByTime(200)
    expect(calls[1]!.text.length).toBe(60)
  })

  it('keeps what was found until the next answer, and lets no older answer over a newer', async () => {
    const f = make()
    f.typed.value = '水域'
    vi.advanceTimersByTime(200)
    calls[0]!.answer(found('水域队'))
    await flushPromises()
    f.typed.value = '水域二'
    vi.advanceTimersByTime(200)
    f.typed.value = '水域二队'
    expect(calls[1]!.signal.aborted).toBe(true)
    expect(titles(f)).toEqual(['水域队'])
    vi.advanceTimersByTime(200)
    calls[2]!.answer(found('水域二队'))
    await flushPromises()
    calls[1]!.answer(found('水域一队'))
    await flushPromises()
    expect(titles(f)).toEqual(['水域二队'])
    expect([f.answer.value?.text, f.asking.value]).toEqual(['水域二队', false])
  })

  it('asks at once when somebody does not wait, and only once', async () => {
    const f = make()
    f.typed.value = 'XQ-A0001'
    void f.now()
    vi.advanceTimersByTime(500)
    expect(calls.length).toBe(1)
    calls[0]!.answer(found('x'))
    await flushPromises()
    await f.now()
    expect(calls.length).toBe(1)
  })

  it('forgets everything with the word', async () => {
    const f = make()
    f.typed.value = '水域'
    vi.advanceTimersByTime(200)
    calls[0]!.answer(found('水域队'))
    await flushPromises()
    f.typed.value = ''
    expect([f.answer.value, f.asking.value, f.trouble.value]).toEqual([undefined, false, undefined])
  })

  it('shows nothing of an earlier word under a failure, and asks again', async () => {
    const f = make()
    f.typed.value = '水域'
    vi.advanceTimersByTime(200)
    calls[0]!.fail(new ApiError(0, {}))
    await flushPromises()
    expect([f.trouble.value?.offline, f.answer.value, f.asking.value]).toEqual([true, undefined, false])
    void f.ask()
    calls[1]!.answer(found('水域队'))
    await flushPromises()
    expect([f.trouble.value, titles(f)]).toEqual([undefined, ['水域队']])
  })

  it('opens all of a kind in its place, unless another word came meanwhile', async () => {
    const f = make()
    f.typed.value = '水域'
    vi.advanceTimersByTime(200)
    calls[0]!.answer(found('甲'))
    await flushPromises()
    void f.open('team')
    expect([calls[1]!.kind, f.opening.value]).toEqual(['team', 'team'])
    calls[1]!.answer(found('甲', '乙'))
    await flushPromises()
    expect([titles(f), f.opening.value]).toEqual([['甲', '乙'], ''])
    void f.open('team')
    f.typed.value = '岳'
    calls[2]!.answer(found('丙'))
    await flushPromises()
    expect(titles(f)).toEqual(['甲', '乙'])
  })
})
