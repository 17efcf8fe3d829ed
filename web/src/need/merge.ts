import type { ReportRow } from '../api/types'
import { isDone } from './words'

type Side = Pick<ReportRow, 'id' | 'stage' | 'outcome' | 'receivedAt' | 'need' | 'mergedInto'>

export interface MergePlan<T> { lead: T; follower: T }

// Which of two reports of one matter leads: the one that is decided, else the one that came first. Undefined when there
// is nothing to merge: both are decided, or one follows another already.
export function mergePlan<T extends Side>(a: T, b: T): MergePlan<T> | undefined {
  if (a.mergedInto || b.mergedInto) return undefined
  if (isDone(a) && isDone(b)) return undefined
  if (isDone(a)) return { lead: a, follower: b }
  if (isDone(b)) return { lead: b, follower: a }
  const aFirst = a.receivedAt === b.receivedAt ? a.id < b.id : a.receivedAt < b.receivedAt
  return aFirst ? { lead: a, follower: b } : { lead: b, follower: a }
}

// The need that a candidate has already become; a report under verification may join it.
export function needToJoin(current: Side, other: Side): string {
  return !isDone(current) && other.outcome === 'verified' && other.need ? other.need : ''
}
