import { describe, expect, it } from 'vitest'
import { changedOf } from './changed'

describe('what a row of the course says was otherwise', () => {
  it('are states by their life cycle, and figures', () => {
    expect(changedOf({ kind: 'offer', body: { state: 'approved', people: 6, vehicles: 2, was: { state: 'approving', people: 5 } } })).toEqual([
      { field: 'state', machine: 'offer', was: 'approving', now: 'approved' }, { field: 'people', was: 5, now: 6 },
    ])
    expect(changedOf({ kind: 'pass', body: { state: 'valid', toll: 'on_list', was: { toll: 'asked' } } })).toEqual([{ field: 'toll', machine: 'toll', was: 'asked', now: 'on_list' }])
  })
  it('is the number of an instruction, and whether personal data is held', () => {
    expect(changedOf({ kind: 'instruction', body: { number: '7 号', how: 'phone', was: { number: '' } } })).toEqual([{ field: 'number', was: '', now: '7 号' }])
    expect(changedOf({ kind: 'destruction', body: { hold: 'lifted', lot: 'report', was: { hold: 'in_force' } } })).toEqual([{ field: 'hold', machine: 'hold', was: 'in_force', now: 'lifted' }])
  })
  it('is what an account has come to, and whether a grant counts', () => {
    expect(changedOf({ kind: 'account', body: { enrolled: true, factor: true, locked: false, was: { enrolled: false, factor: false } } })).toEqual([
      { field: 'enrolled', of: 'account', was: 'false', now: 'true' }, { field: 'factor', of: 'account', was: 'false', now: 'true' },
    ])
    expect(changedOf({ kind: 'grant', body: { role: 'office', state: 'revoked', was: { state: 'in_force' } } })).toEqual([{ field: 'state', of: 'grant', was: 'in_force', now: 'revoked' }])
  })
  it('is nothing where nothing was, where it is said no more, and of what it does not know', () => {
    expect(changedOf({ kind: 'offer', body: { state: 'offered' } })).toEqual([])
    expect(changedOf({ kind: 'need', body: { state: 'open', was: { state: 'published', people: 3, list: [1] } } })).toEqual([{ field: 'state', machine: 'need', was: 'published', now: 'open' }])
    expect(changedOf({ kind: 'other', body: { state: 'b', was: { state: 'a' } } })).toEqual([])
    expect(changedOf({ kind: 'offer', body: null })).toEqual([])
  })
})
