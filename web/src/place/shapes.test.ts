import { expect, it } from 'vitest'
import { parentCode } from './usePlaceShapes'

it('knows whose outlines hold that of a place', () => {
  expect(parentCode('/50/500110/')).toBe('50')
  expect(parentCode('/51/5101/510104/')).toBe('5101')
  expect(parentCode('/50/')).toBeUndefined()
})
