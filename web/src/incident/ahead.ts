import type { Mission, Offer, SupportRow } from '../api/types'

export const aheadMax = 4

// What a group does next, as it would itself: what is late, then what is most urgent, then what is due first.
type Due = Pick<Offer, 'due' | 'createdAt' | 'overdue'>
const moment = (at: string | undefined) => {
  const n = at ? Date.parse(at) : NaN
  return n > 0 ? n : Infinity
}

export function nextOffers<T extends Due>(list: readonly T[]): T[] {
  return first(list, (o) => [o.overdue ? 0 : 1, moment(o.due), moment(o.createdAt)])
}
export function nextMissions<T extends Pick<Mission, 'silent' | 'late' | 'priority' | 'until'>>(list: readonly T[]): T[] {
  return first(list, (m) => [m.late || m.silent ? 0 : 1, m.priority || 9, moment(m.until)])
}
export function nextRequests<T extends Pick<SupportRow, 'late' | 'priority' | 'needBy' | 'at'>>(list: readonly T[]): T[] {
  return first(list, (r) => [r.late ? 0 : 1, r.priority || 9, moment(r.needBy), moment(r.at)])
}

function first<T>(list: readonly T[], rank: (x: T) => number[]): T[] {
  return list
    .map((x) => ({ x, rank: rank(x) }))
    .sort((a, b) => {
      const i = a.rank.findIndex((n, k) => n !== b.rank[k])
      return i < 0 ? 0 : a.rank[i]! < b.rank[i]! ? -1 : 1
    })
    .slice(0, aheadMax)
    .map((y) => y.x)
}

// The figure that a count leads to is the figure that its first rows are read by.
export function figureOf(path: string | undefined): string {
  return new URLSearchParams((path ?? '').split('?')[1] ?? '').get('figure') ?? ''
}
