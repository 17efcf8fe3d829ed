import { describe, expect, it } from 'vitest'
import { uuidv7 } from '../api/uuid'
import { outlineAround } from './client'
import { phoneHint } from './phone'
import { formatReceipt, receiptFault, tidyReceipt } from './receipt'

describe('phoneHint', () => {
  it('is silent about good numbers and empty ones', () => {
    for (const ok of ['', '13800000000', '138 0000 0000', '+86 138-0000-0000', '023-00000000', '0086 13800000000']) expect(phoneHint(ok)).toBeUndefined()
  })
  it('says what is missing or too much', () => {
    expect(phoneHint('1380000000')).toEqual({ key: 'phoneShort', n: 1 })
    expect(phoneHint('138000000000')).toEqual({ key: 'phoneLong', n: 1 })
    expect(phoneHint('23800000000')).toEqual({ key: 'phoneOdd', n: 0 })
    expect(phoneHint('call my son')).toEqual({ key: 'phoneOdd', n: 0 })
  })
})

describe('receipt', () => {
  it('takes what people type', () => {
    for (const typed of ['7K3M-92QX-4T8W-5', '7k3m 92qx 4t8w 5', '７Ｋ３Ｍ９２ＱＸ４Ｔ８Ｗ５', ' 7k3m—92qx—4t8w—5 ']) expect(formatReceipt(typed)).toBe('7K3M-92QX-4T8W-5')
    expect(tidyReceipt('oO il')).toBe('0011')
  })
  it('names the group that is wrong', () => {
    expect(receiptFault('7K3M-92QX-4T8W-5')).toBeUndefined()
    expect(receiptFault('7K3M-92QU-4T8W-5')).toMatchObject({ key: 'groupBad', group: 2, char: 'U' })
    expect(receiptFault('7K3M-92Q')).toMatchObject({ key: 'groupShort', group: 2, n: 1 })
    expect(receiptFault('7K3M-92QX-4T8W')).toMatchObject({ key: 'groupShort', group: 4, n: 1 })
    expect(receiptFault('7K3M-92QX-4T8W-55')).toMatchObject({ key: 'groupLong', n: 1 })
    expect(receiptFault('')).toMatchObject({ key: 'groupShort', group: 1, n: 4 })
  })
})

describe('uuidv7', () => {
  it('carries its time, its version, and never repeats', () => {
    const at = Date.UTC(2026, 5, 18)
    const id = uuidv7(at)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(Number.parseInt(id.replace(/-/g, '').slice(0, 12), 16)).toBe(at)
    expect(new Set(Array.from({ length: 1000 }, () => uuidv7(at))).size).toBe(1000)
    expect(uuidv7(at) < uuidv7(at + 1)).toBe(true)
  })
})

describe('the outlines of the map', () => {
  it('are those of the parts, or of the province where the parts have none', () => {
    expect(outlineAround('50')).toBe('50')
    expect(outlineAround('4401')).toBe('4401')
    expect(outlineAround('500110')).toBe('50')
    expect(outlineAround('500110001')).toBe('50')
  })
})
