import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Place } from '../api/types'
import { above, usePlaceSearch } from './search'

const place = (code: string): Place => ({ code, path: `/${code}/`, name: code, full: code })
const asked: string[] = []
let answers: Map<string, (found: Place[] | Error) => void>

function find(q: string): Promise<Place[]> {
  asked.push(q)
  return new Promise((done, fail) => answers.set(q, (found) => (found instanceof Error ? fail(found) : done(found))))
}
async function type(search: (q: string) => void, q: string) {
  search(q)
  await vi.advanceTimersByTimeAsync(250)
}

beforeEach(() => {
  vi.useFakeTimers()
  asked.length = 0
  answers = new Map()
})
afterEach(() => vi.useRealTimers())

it('tells equal names apart by what stands above them', () => {
  expect(above({ ...place('500102121215'), name: '白鹿村', full: '重庆市涪陵区焦石镇白鹿村' })).toBe('重庆市涪陵区焦石镇')
  expect(above({ ...place('50'), name: '重庆市', full: '重庆市' })).toBe('')
})

describe('the search for a place', () => {
  it('asks once for what is typed in a row, and nothing for nothing', async () => {
    const s = usePlaceSearch(find, [])
    for (const q of ['a', 'ab', 'abc ']) s.search(q)
    await vi.advanceTimersByTimeAsync(250)
    await type(s.search, '  ')
    expect(asked).toEqual(['abc'])
  })
  it('drops a late answer to an earlier question', async () => {
    const s = usePlaceSearch(find, [place('50')])
    await type(s.search, 'a')
    await type(s.search, 'b')
    answers.get('b')!([place('b')])
    await vi.advanceTimersByTimeAsync(0)
    answers.get('a')!([place('a')])
    await vi.advanceTimersByTimeAsync(0)
    expect(s.options.value.map((p) => p.code)).toEqual(['b'])
    expect(s.loading.value).toBe(false)
  })
  it('keeps the list when an answer does not come', async () => {
    const s = usePlaceSearch(find, [place('50')])
    await type(s.search, 'a')
    answers.get('a')!(new Error('down'))
    await vi.advanceTimersByTimeAsync(0)
    expect(s.failed.value).toBe(true)
    expect(s.options.value.map((p) => p.code)).toEqual(['50'])
  })
  it('asks nothing once it is closed', async () => {
    const s = usePlaceSearch(find, [])
    s.search('a')
    s.stop()
    await vi.advanceTimersByTimeAsync(250)
    expect(asked).toEqual([])
  })
})
