import { describe, expect, it } from 'vitest'
import { firstOf, type Noted } from './gate'

const noted = (id: string, account?: string) => ({ id, ...(account === undefined ? {} : { account }), place: '500110', gate: '綦江南收费站', verdict: 'go', direction: 'in', at: '2026-06-18T02:00:00Z' }) as Noted

describe('what guards noted at one device', () => {
  it('is sent in order, each under the name of who noted it', () => {
    const queue = [noted('1', 'before'), noted('2', 'me'), noted('3', 'me')]
    expect(firstOf(queue, 'me')?.id).toBe('2')
    expect(firstOf(queue, 'before')?.id).toBe('1')
    expect(firstOf(queue, '')).toBeUndefined()
  })
  it('holds nothing that the server does not know', () => expect(firstOf([noted('1', 'me')], 'me')).not.toHaveProperty('account'))
  it('by an older program is sent by whoever is there', () => expect(firstOf([noted('1')], 'me')?.id).toBe('1'))
})
