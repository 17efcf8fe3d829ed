import { describe, expect, it } from 'vitest'
import { aheadMax, figureOf, nextMissions, nextOffers, nextRequests } from './ahead'

const at = (hour: number) => new Date(Date.UTC(2026, 5, 18, hour)).toISOString()

describe('what a group does next', () => {
  it('begins with the offer that is overdue, then the one that is due first; one without a deadline waits', () => {
    const list = [
      { id: 'undated', createdAt: at(1), overdue: false },
      { id: 'later', createdAt: at(2), due: at(9), overdue: false },
      { id: 'sooner', createdAt: at(3), due: at(7), overdue: false },
      { id: 'overdue', createdAt: at(4), due: at(5), overdue: true },
    ]
    expect(nextOffers(list).map((o) => o.id)).toEqual(['overdue', 'sooner', 'later', 'undated'])
  })
  it('begins with the mission that is late or silent, then the most urgent, then the one to be done first', () => {
    const list = [
      { id: 'minor', silent: false, late: false, priority: 4, until: at(5) },
      { id: 'ungraded', silent: false, late: false, priority: 0, until: at(4) },
      { id: 'urgent', silent: false, late: false, priority: 1, until: at(9) },
      { id: 'urgent, sooner', silent: false, late: false, priority: 1, until: at(6) },
      { id: 'silent', silent: true, late: false, priority: 4, until: at(9) },
    ]
    expect(nextMissions(list).map((m) => m.id)).toEqual(['silent', 'urgent, sooner', 'urgent', 'minor'])
  })
  it('begins with the request that is late, then the most urgent; without a time it is counted from when it was asked', () => {
    const list = [
      { id: 'b', late: false, priority: 2, at: at(3) },
      { id: 'a', late: false, priority: 2, at: at(2) },
      { id: 'by a time', late: false, priority: 2, at: at(4), needBy: at(8) },
      { id: 'late', late: true, priority: 3, at: at(5), needBy: at(6) },
    ]
    expect(nextRequests(list).map((r) => r.id)).toEqual(['late', 'by a time', 'a', 'b'])
  })
  it('names no more than there is room for, and leaves the list as it was', () => {
    const list = Array.from({ length: 9 }, (_, i) => ({ id: i, createdAt: at(i), overdue: i === 8 }))
    expect(nextOffers(list)).toHaveLength(aheadMax)
    expect(list.map((o) => o.id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  })
})

it('the rows are read by the figure that their count leads to', () => {
  expect(figureOf('/offers?figure=approving&incident=1')).toBe('approving')
  expect(figureOf('/passes?state=waiting&incident=1')).toBe('')
  expect(figureOf(undefined)).toBe('')
})
