import { expect, test } from 'vitest'
import { findable, marked } from './marked'

const on = (text: string, query: string) =>
  marked(text, query)
    .map((p) => (p.on ? `[${p.text}]` : p.text))
    .join('')

test('what was asked for is marked, with blanks and marks between its letters', () => {
  expect(on('我们在老 人民小学，3号楼', '老人民小学')).toBe('我们在[老 人民小学]，3号楼')
  expect(on('我们在老人民小学，3号楼，小学', '小学 3号')).toBe('我们在老人民[小学]，[3号]楼，[小学]')
  expect(on('BOAT here', 'boat')).toBe('[BOAT] here')
})

test('two letters or digits in one word are enough to find by', () => {
  expect(['水已', '水 已到', '3-2', 'ab'].map(findable)).toEqual([true, true, true, true])
  expect(['', '水', '水 已', '，。', 'a b'].map(findable)).toEqual([false, false, false, false, false])
})

test('nothing else is, whatever was typed', () => {
  expect(on('水已到腰', '')).toBe('水已到腰')
  expect(on('水已到腰 (a+b)', '.* (')).toBe('水已到腰 (a+b)')
  expect(on('', '小学')).toBe('')
})
