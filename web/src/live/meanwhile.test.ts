import { describe, expect, it } from 'vitest'
import { Meanwhile } from './meanwhile'
import { applyChange, emptyRows, learn } from './rows'

describe('Meanwhile', () => {
  it('tells an older answer what came while it was on its way, once', () => {
    const rules = { matches: () => true, stateOf: (r: { state: string }) => r.state }
    const change = (id: string, version: number) => ({ position: 1, verb: 'x', kind: 'need', id, place: '/50/', version, at: '', by: '', row: { state: 'closed' } })
    const rows = emptyRows<{ id: string; version: number; state: string }>()
    const meanwhile = new Meanwhile()
    meanwhile.keep(() => void applyChange(rows, change('a', 2), rules))
    meanwhile.keep(() => void applyChange(rows, change('b', 1), rules))
    rows.items = [{ id: 'a', version: 1, state: 'published' }] // the answer of before
    learn(rows, rows.items, rules.stateOf)
    expect(meanwhile.tell()).toBe(true)
    expect(rows.items[0]).toEqual({ id: 'a', version: 2, state: 'closed' })
    expect([...rows.arrivals]).toEqual(['b'])
    expect(meanwhile.tell()).toBe(false)
  })

  it('forgets what the next answer will know', () => {
    const meanwhile = new Meanwhile()
    let told = 0
    meanwhile.keep(() => told++)
    meanwhile.forget()
    expect(meanwhile.tell()).toBe(false)
    expect(told).toBe(0)
  })
})
