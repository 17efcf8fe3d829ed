import { describe, expect, it } from 'vitest'
import { ApiError } from '../api/http'
import type { MissionDetail } from '../api/types'
import type { Shelf } from '../ui/shelf'
import type { StepVerb } from './client'
import { as, makeOutbox, type Said } from './outbox'

function memory(): Shelf {
  const kept = new Map<string, string>()
  return { read: <T>(k: string) => (kept.has(k) ? (JSON.parse(kept.get(k)!) as T) : undefined), write: (k, v) => !!kept.set(k, JSON.stringify(v)) }
}
const said = (id: string, verb: StepVerb, mission = 'm', account = 'me', with_ = {}): Said => ({ account, mission, number: 'RW-A0001', verb, body: { id, saidAt: '2026-06-18T02:00:00Z', ...with_ } })

describe('the outbox of a leader', () => {
  it('sends what was said without signal in order, also after the page was closed', async () => {
    const shelf = memory()
    const sent: string[] = []
    let signal = false
    const post = (q: Said) => (signal ? (sent.push(q.body.id), Promise.resolve({ id: q.mission } as MissionDetail)) : Promise.reject(new ApiError(0, {})))
    const first = makeOutbox(shelf, post)
    first.put(said('1', 'accept'))
    first.put(said('2', 'set_out'))
    expect(await first.send('me', () => {})).toBeInstanceOf(ApiError)
    const later = makeOutbox(shelf, post)
    expect(later.items.value.map((q) => q.verb)).toEqual(['accept', 'set_out'])
    signal = true
    expect(await later.send('me', () => {})).toBeUndefined()
    expect(sent).toEqual(['1', '2'])
    expect(makeOutbox(shelf, post).items.value).toEqual([])
  })

  it('keeps what several pages of one phone said', async () => {
    const shelf = memory()
    const sent: string[] = []
    const post = (q: Said) => (q.body.id === '2' ? Promise.reject(new ApiError(409, {})) : (sent.push(q.body.id), Promise.resolve({} as MissionDetail)))
    const [one, other] = [makeOutbox(shelf, post), makeOutbox(shelf, post)]
    one.put(said('1', 'accept'))
    other.put(said('2', 'decline', 'n'))
    other.put(said('3', 'set_out'))
    expect(makeOutbox(shelf, post).items.value.map((q) => q.body.id)).toEqual(['1', '2', '3'])
    await one.send('me', () => {})
    one.put(said('4', 'accept', 'n'))
    await other.send('me', () => {})
    expect(makeOutbox(shelf, post).items.value).toEqual([])
    expect(makeOutbox(shelf, post).failed.value.map((f) => f.item.body.id)).toEqual(['2'])
    expect([...new Set(sent)]).toEqual(['1', '3', '4'])
  })

  it('sets aside what is refused with what builds on it, and sends the rest', async () => {
    const sent: string[] = []
    const box = makeOutbox(memory(), (q) => (q.mission === 'gone' ? Promise.reject(new ApiError(409, { code: 'transition', detail: '已取消' })) : (sent.push(q.body.id), Promise.resolve({} as MissionDetail))))
    for (const q of [said('1', 'arrive', 'gone'), said('2', 'progress', 'gone'), said('3', 'accept')]) box.put(q)
    await box.send('me', () => {})
    expect(sent).toEqual(['3'])
    expect(box.failed.value.map((f) => [f.item.body.id, f.text])).toEqual([['1', '已取消'], ['2', '已取消']])
    box.drop('1')
    box.drop('2')
    expect([box.failed.value, box.items.value]).toEqual([[], []])
  })

  it('sends what was done at the scene also when the steps before are refused', async () => {
    const sent: Said[] = []
    const box = makeOutbox(memory(), (q) => (q.verb === 'progress' ? (sent.push(q), Promise.resolve({} as MissionDetail)) : Promise.reject(new ApiError(409, { code: 'transition' }))))
    for (const q of [said('1', 'arrive'), said('2', 'progress', 'm', 'me', { moved: 6 }), said('3', 'finish', 'm', 'me', { rescued: 2, words: '完成' }), said('4', 'accept')]) box.put(q)
    expect(await box.send('me', () => {})).toBeUndefined()
    expect(sent.map((q) => [q.body.moved, q.body.rescued, q.body.words, q.body.saidAt])).toEqual([[6, undefined, undefined, '2026-06-18T02:00:00Z'], [undefined, 2, '完成', '2026-06-18T02:00:00Z']])
    expect(box.failed.value.map((f) => f.item.body.id)).toEqual(['1', '3', '4'])
    expect(box.items.value).toEqual([])
  })

  it('keeps everything while the server is in trouble, and sends nothing under another name', async () => {
    for (const status of [401, 429, 500, 503]) {
      const box = makeOutbox(memory(), () => Promise.reject(new ApiError(status, {})))
      box.put(said('1', 'accept'))
      await box.send('me', () => {})
      expect(box.items.value).toHaveLength(1)
    }
    const box = makeOutbox(memory(), () => Promise.resolve({} as MissionDetail))
    box.put(said('1', 'accept', 'm', 'another'))
    await box.send('me', () => {})
    expect(box.items.value).toHaveLength(1)
  })

  it('sends each once when asked twice at once', async () => {
    let sent = 0
    const box = makeOutbox(memory(), () => (sent++, Promise.resolve({} as MissionDetail)))
    box.put(said('1', 'accept'))
    await Promise.all([box.send('me', () => {}), box.send('me', () => {})])
    expect(sent).toBe(1)
  })

  it('shows a mission as it will be', () => {
    const m = { id: 'm', state: 'under_way', rescued: 0, moved: 3, treated: 0, actions: ['arrive'] }
    expect(as(m, [])).toBe(m)
    expect(as(m, [said('1', 'arrive'), said('2', 'progress', 'm', 'me', { moved: 5 }), said('3', 'finish', 'other')])).toEqual({ id: 'm', state: 'on_scene', rescued: 0, moved: 8, treated: 0, actions: ['progress', 'finish', 'block'] })
  })
})
