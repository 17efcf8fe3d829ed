import { expect, test } from 'vitest'
import { markOf, readMark } from './mark'

test('a kilometre mark is read as people write it', () => {
  for (const [text, metres] of [['K1123+500', 1_123_500], ['k12 + 005', 12_005], ['1123', 1_123_000], ['0+000', 0]] as const) expect(readMark(text)).toBe(metres)
  for (const text of ['', '12+5', 'K', '1123.5', '桩号12', '12345']) expect(readMark(text)).toBeUndefined()
})
test('a kilometre mark is written as it stands beside the road', () => {
  expect(markOf(1_123_500)).toBe('K1123+500')
  expect(markOf(12_005)).toBe('K12+005')
  expect(markOf(0)).toBe('K0+000')
  expect(markOf(-1)).toBe('')
})
