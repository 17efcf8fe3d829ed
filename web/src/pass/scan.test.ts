import jsQR from 'jsqr'
import { encode } from 'uqr'
import { expect, it } from 'vitest'
import vectors from './vectors.json'

// The reader for browsers without their own reads what our page draws, letter by letter.
it('reads the codes that we print', () => {
  const { data, size } = encode(vectors.cases[0]!.code, { ecc: 'M', border: 4 })
  const scale = 4
  const side = size * scale
  const pixels = new Uint8ClampedArray(side * side * 4)
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) pixels.set(data[Math.floor(y / scale)]![Math.floor(x / scale)] ? [0, 0, 0, 255] : [255, 255, 255, 255], (y * side + x) * 4)
  expect(jsQR(pixels, side, side)?.data).toBe(vectors.cases[0]!.code)
})
