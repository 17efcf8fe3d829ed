import { describe, expect, it } from 'vitest'
import { nameIn } from './file'

describe('the name of a file', () => {
  it('is the one in UTF-8, else the plain one, else ours', () => {
    expect(nameIn(`attachment; filename="TX-A0001.pdf"; filename*=UTF-8''TX-A0001-%E6%B8%9DA00017.pdf`, 'pass.pdf')).toBe('TX-A0001-渝A00017.pdf')
    expect(nameIn('attachment; filename="toll-list.csv"', 'x')).toBe('toll-list.csv')
    expect(nameIn(`attachment; filename="a.pdf"; filename*=UTF-8''%E6%B8`, 'x')).toBe('a.pdf')
    expect(nameIn(null, 'pass.pdf')).toBe('pass.pdf')
  })
})
