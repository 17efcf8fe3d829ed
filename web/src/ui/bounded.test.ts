import { expect, it } from 'vitest'
import { bounded } from './bounded'

it('a count that reached its bound says that there may be more', () => {
  expect([0, 9999, 10_000, 10_030].map(bounded)).toEqual(['0', '9999', '10000+', '10000+'])
})
