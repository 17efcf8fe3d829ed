import { expect, it } from 'vitest'
import { at, hasOwn } from './older'

it('gives an older browser what it lacks', () => {
  const list: ArrayLike<number> = [1, 2, 3]
  expect([at.call(list, -1), at.call(list, 0), at.call(list, 5), at.call(list, -4)]).toEqual([3, 1, undefined, undefined])
  expect([at.call('ab' as unknown as ArrayLike<string>, -1), at.call(new Int8Array([4, 5]), -2)]).toEqual(['b', 4])
  expect([hasOwn({ a: 1 }, 'a'), hasOwn({}, 'toString')]).toEqual([true, false])
})
