import { describe, expect, it } from 'vitest'
import { ApiError } from '../api/http'
import type { PartyDetail } from '../api/types'
import type { Shelf } from '../ui/shelf'
import { makeQueue, type Queued } from './queue'

function memory(): Shelf {
  const kept = new Map<string, string>()
  return { read: <T>(k: string) => (kept.has(k) ? (JSON.parse(kept.get(k)!) as T) : undefined), write: (k, v) => !!kept.set(k, JSON.stringify(v)) }
}
const item = (id: string, account = 'me'): Queued => ({ id, account, incident: 'flood', name: '队', people: 1, at: '', body: { id, point: 'p' } })

describe('the queue of a desk', () => {
  it('sends what was written without network once there is one, in order, also after the page was closed', async () => {
    const shelf = memory()
    const sent: string[] = []
    let network = false
    const post = (q: Queued) => {
      if (!network) return Promise.reject(new ApiError(0, {}))
      sent.push(q.id)
      return Promise.resolve({ id: q.id } as PartyDetail)
    }
    const first = makeQueue(shelf, post)
    expect(await first.put(item('a'))).toHaveProperty('waits')
    expect(await first.put(item('b'))).toHaveProperty('waits')
    expect(await first.send('me')).toBeInstanceOf(ApiError)
    const later = makeQueue(shelf, post)
    expect(later.items.value.map((q) => q.id)).toEqual(['a', 'b'])
    network = true
    expect(await later.send('me')).toBeUndefined()
    expect(sent).toEqual(['a', 'b'])
    expect(makeQueue(shelf, post).items.value).toEqual([])
  })

  it('keeps what several pages of one device wrote', async () => {
    const shelf = memory()
    const post = () => Promise.reject(new ApiError(0, {}))
    const [one, other] = [makeQueue(shelf, post), makeQueue(shelf, post)]
    await one.put(item('a'))
    await other.put(item('b'))
    await one.put(item('c'))
    expect(makeQueue(shelf, post).items.value.map((q) => q.id)).toEqual(['a', 'b', 'c'])
  })

  it('sets aside what is refused for good, with the team that is here, and goes on', async () => {
    const q = makeQueue(memory(), (x) =>
      x.id === 'a' ? Promise.reject(new ApiError(409, { code: 'reception.already_here', detailZh: '已办理', current: { party: 'p1' } })) : Promise.resolve({ id: x.id } as PartyDetail))
    q.items.value = [item('a'), item('b')]
    await q.send('me')
    expect(q.items.value).toEqual([])
    expect(q.failed.value).toMatchObject([{ code: 'reception.already_here', party: 'p1', item: { id: 'a' } }])
    q.drop('a')
    expect(q.failed.value).toEqual([])
  })

  it('names the team of a count that is refused, and what is wrong with it', async () => {
    const q = makeQueue(memory(), () => Promise.reject(new ApiError(422, { code: 'invalid', detailZh: '请核对', errors: [{ location: 'body.heads.x', code: 'uncounted', message: '有人员未清点', messageZh: '有人员未清点', messageEn: 'a person was not counted' }] })))
    q.items.value = [{ ...item('a'), party: 'p1', leaves: true }]
    await q.send('me')
    expect(q.failed.value).toMatchObject([{ party: 'p1', text: '请核对　有人员未清点' }])
  })

  it('shows a refusal to the form that is open and sets nothing aside', async () => {
    const q = makeQueue(memory(), () => Promise.reject(new ApiError(422, { code: 'invalid' })))
    expect(await q.put(item('a'))).toHaveProperty('refused')
    expect([q.items.value, q.failed.value]).toEqual([[], []])
  })

  it('sends nothing under another name', async () => {
    const sent: string[] = []
    const q = makeQueue(memory(), (x) => (sent.push(x.id), Promise.resolve({ id: x.id } as PartyDetail)))
    q.items.value = [item('a', 'someone'), item('b')]
    await q.send('me')
    expect(sent).toEqual(['b'])
    expect(q.items.value.map((x) => x.id)).toEqual(['a'])
  })

  it('keeps a command when the session has ended or the server is in trouble', async () => {
    for (const status of [401, 403, 429, 500, 503]) {
      const q = makeQueue(memory(), () => Promise.reject(new ApiError(status, {})))
      expect(await q.put(item('a'))).toHaveProperty('waits')
      expect(q.items.value).toHaveLength(1)
    }
  })
})
