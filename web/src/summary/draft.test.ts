import { beforeEach, expect, test, vi } from 'vitest'
import { dropDraft, keepDraft, readDraft } from './draft'

beforeEach(() => localStorage.clear())

test('a draft is kept for its incident and section until it is dropped', () => {
  const draft = { words: '雨后', version: 2, at: 5 }
  expect(keepDraft('a', 'next', draft)).toBe(true)
  expect(readDraft('a', 'next')).toEqual(draft)
  expect(readDraft('b', 'next')).toBeUndefined()
  expect(readDraft('a', 'problems')).toBeUndefined()
  dropDraft('a', 'next')
  expect(readDraft('a', 'next')).toBeUndefined()
})

test('what is no draft is none, and a machine without storage keeps nothing', () => {
  localStorage.setItem('ly.summary.a.next', '{"words":1}')
  expect(readDraft('a', 'next')).toBeUndefined()
  localStorage.setItem('ly.summary.a.next', 'x')
  expect(readDraft('a', 'next')).toBeUndefined()
  const broken = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => { throw new Error('full') })
  expect(keepDraft('a', 'next', { words: '', version: 0, at: 0 })).toBe(false)
  broken.mockRestore()
})
