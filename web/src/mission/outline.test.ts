import { expect, it } from 'vitest'
import { corners, text } from './outline'

it('reads an outline as people write it', () => {
  const square = [{ lon: 106.64, lat: 29.02 }, { lon: 106.67, lat: 29.02 }, { lon: 106.67, lat: 29.04 }]
  expect(corners('106.64, 29.02\n106.67 29.02\n\n106.67，29.04')).toEqual(square)
  expect(corners(text(square))).toEqual(square)
  expect(corners('  ')).toEqual([])
  for (const bad of ['106.64', '106.64, 29.02\n106.67, 29.02', '29.02, 106.64\n1, 2\n3, 4', 'a, b\n1, 2\n3, 4', '1, 2, 3\n1, 2\n3, 4']) expect(corners(bad)).toBeUndefined()
})
