import { describe, expect, it } from 'vitest'
import type { DepartureSheet } from '../api/types'
import { bodyOf, countOf, lacksOf } from './count'

const sheet = {
  version: 4,
  heads: [{ id: 'a' }, { id: 'b', mission: 'm' }, { id: 'c', missing: '桥下' }],
  rides: [{ id: 'v' }],
  items: [{ kind: 'boat', came: 2, out: -1 }],
  lines: [{ id: 'h', recorded: false }],
  lent: [{ request: 'r' }],
} as unknown as DepartureSheet

describe('the head count', () => {
  it('begins with nobody counted and says what is missing', () => {
    const c = countOf(sheet)
    expect(c.heads.map((h) => h.why)).toEqual(['', '', 'missing'])
    expect(lacksOf(sheet, c)).toEqual({ uncounted: 2, busy: 1, unexplained: 0, lines: 1, lent: 1, items: 0 })
  })
  it('asks why for whoever and whatever does not leave', () => {
    const c = countOf(sheet)
    c.heads[0]!.why = 'hospital'
    c.vehicles[0]!.with = false
    c.items[0]!.out = 1
    expect(lacksOf(sheet, c)).toMatchObject({ uncounted: 1, unexplained: 2, items: 1 })
    c.items[0]!.out = 3
    c.items[0]!.note = '多'
    expect(lacksOf(sheet, c).items).toBe(1)
  })
  it('keeps what was filled in when the sheet is read again', () => {
    const c = countOf(sheet)
    c.heads[0]!.why = 'present'
    const next = countOf({ ...sheet, heads: [...sheet.heads, { id: 'd' }] } as DepartureSheet, c)
    expect(next.heads.map((h) => h.why)).toEqual(['present', '', 'missing', ''])
  })
  it('sends a word only where one is asked for', () => {
    const c = countOf(sheet)
    c.heads[0] = { id: 'a', why: 'present', note: 'x' }
    c.heads[1] = { id: 'b', why: 'hospital', note: ' 区医院 ' }
    expect(bodyOf(c)).toEqual({
      version: 0,
      heads: [{ id: 'a', why: 'present' }, { id: 'b', why: 'hospital', note: '区医院' }, { id: 'c', why: 'missing', note: '桥下' }],
      vehicles: [{ id: 'v', with: true }],
      items: [{ kind: 'boat', out: 2 }],
    })
  })
})
