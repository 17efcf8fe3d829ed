import { describe, expect, it } from 'vitest'
import vectors from '../pass/vectors.json'
import { plateIn } from './scan'

describe('what a desk looks a team up by', () => {
  it('reads the plate of a pass from its code, and takes a plate however it is typed', () => {
    const [good] = vectors.cases
    expect(plateIn(good!.code)).toBe(good!.token!.Plate)
    expect(plateIn(' 渝a·00017 ')).toBe('渝A00017')
    expect(plateIn('LYTX:nonsense')).toBe('LYTX:NONSENSE')
  })
})
