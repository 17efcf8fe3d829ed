import { describe, expect, it } from 'vitest'
import { applyChange, applyGone, emptyRows, learn, type RowRules } from './rows'
import type { Change } from './messages'

interface Row {
  id: string
  version: number
  stage: string
  text?: string
  outcome?: string
}
const rules: RowRules<Row> = { matches: (r) => r.stage === 'received', stateOf: (r) => r.stage, sparse: ['outcome'] }
const change = (id: string, version: number, stage?: string): Change => ({
  position: 1, verb: 'x', kind: 'report', id, place: '/50/', version, at: '', by: '', ...(stage ? { row: { stage } } : {}),
})
function start() {
  const rows = emptyRows<Row>()
  rows.items = [{ id: 'a', version: 1, stage: 'received', text: 'water' }, { id: 'b', version: 1, stage: 'received' }]
  rows.counts = { received: 2, verifying: 0 }
  learn(rows, rows.items, rules.stateOf)
  return rows
}

describe('applyChange', () => {
  it('changes a row where it stands, keeps its text, and counts it over', () => {
    const rows = start()
    expect(applyChange(rows, change('a', 2, 'verifying'), rules)).toBe(false)
    expect(rows.items.map((r) => r.id)).toEqual(['a', 'b'])
    expect(rows.items[0]).toEqual({ id: 'a', version: 2, stage: 'verifying', text: 'water' })
    expect(rows.counts).toEqual({ received: 1, verifying: 1 })
  })

  it('lets a new row wait behind the link', () => {
    const rows = start()
    applyChange(rows, change('c', 1, 'received'), rules)
    expect(rows.items).toHaveLength(2)
    expect([...rows.arrivals]).toEqual(['c'])
    expect(rows.counts.received).toBe(3)
    applyChange(rows, change('c', 2, 'verifying'), rules)
    expect(rows.arrivals.size).toBe(0)
    expect(rows.counts).toEqual({ received: 2, verifying: 1 })
  })

  it('clears a field that the event left out because it is empty again', () => {
    const rows = start()
    rows.items[0]!.outcome = 'false'
    applyChange(rows, change('a', 2, 'verifying'), rules)
    expect(rows.items[0]).not.toHaveProperty('outcome')
    expect(rows.items[0]!.text).toBe('water')
  })

  it('ignores what is older than what is shown', () => {
    const rows = start()
    applyChange(rows, change('a', 3, 'verifying'), rules)
    applyChange(rows, change('a', 2, 'received'), rules)
    expect(rows.items[0]!.stage).toBe('verifying')
    expect(rows.counts).toEqual({ received: 1, verifying: 1 })
  })

  it('says when the counts can no longer be known', () => {
    expect(applyChange(start(), change('far', 4, 'done'), rules)).toBe(true)
  })
})

describe('applyGone', () => {
  it('marks a row that left the sight of the reader without moving the others', () => {
    const rows = start()
    applyGone(rows, 'a')
    expect(rows.items).toHaveLength(2)
    expect(rows.gone.has('a')).toBe(true)
    expect(rows.counts.received).toBe(1)
  })
})
