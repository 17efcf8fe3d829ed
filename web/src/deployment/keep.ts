// A sign-up that was begun stays on the device until it is sent: a phone in the rain reloads its pages. It holds ids and
// what was typed, nobody's name.
import type { Draft } from './manifest'

export interface Kept { draft: Draft; at: number }

const prefix = 'ly.offer.draft.'
const longest = 3 * 24 * 3_600_000 // what is older says nothing about today's force
const keyOf = (account: string, incident: string) => `${prefix}${account}.${incident}`

export function keepDraft(account: string, incident: string, draft: Draft, now: number): void {
  try {
    localStorage.setItem(keyOf(account, incident), JSON.stringify({ draft, at: now } satisfies Kept))
  } catch {
    // The device is full or forbids it: the form still works.
  }
}

export function keptDraft(account: string, incident: string, now: number): Kept | undefined {
  try {
    const got = JSON.parse(localStorage.getItem(keyOf(account, incident)) ?? 'null') as Kept | null
    return got && Array.isArray(got.draft?.persons) && now - got.at < longest ? got : undefined
  } catch {
    return undefined
  }
}

export function dropDraft(account: string, incident: string): void {
  try {
    localStorage.removeItem(keyOf(account, incident))
  } catch {
    // Nothing was kept then.
  }
}

// What was kept, on the force as it is now: who has left and what is gone fall out, what is new stays as it is proposed.
export function resumed(fresh: Draft, kept: Draft, members: string[]): Draft {
  const there = new Set(members)
  return {
    ...fresh, ...kept,
    persons: kept.persons.filter((id) => there.has(id)),
    rides: fresh.rides.map((r) => kept.rides.find((k) => k.id === r.id) ?? { ...r, on: false }),
    equipment: Object.fromEntries(Object.keys(fresh.equipment).map((k) => [k, Math.max(0, kept.equipment[k] ?? 0)])),
  }
}
