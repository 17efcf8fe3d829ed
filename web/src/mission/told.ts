// What a team reports in people: what came since its last report, or the right sums where one before said something wrong.
import type { Mission } from '../api/types'

export const toldKeys = ['rescued', 'moved', 'treated'] as const
export type Told = Record<(typeof toldKeys)[number], number>
export interface Draft extends Told { words: string; correcting: boolean }

export const blank = (): Draft => ({ words: '', correcting: false, rescued: 0, moved: 0, treated: 0 })

// right is a draft of the right sums, which begins with those of now.
export const right = (m: Pick<Mission, keyof Told>): Draft => ({ ...blank(), correcting: true, rescued: m.rescued, moved: m.moved, treated: m.treated })

// changed are the figures that a correction after the confirmation made other ones.
export function changed(before?: Told, after?: Told): { figure: keyof Told; before: number; after: number }[] {
  if (!before || !after) return []
  return toldKeys.filter((k) => before[k] !== after[k]).map((k) => ({ figure: k, before: before[k], after: after[k] }))
}

// counts are the numbers to send: never nothing, and of a correction the difference.
export function counts(d: Draft, m: Pick<Mission, keyof Told>): Partial<Told> {
  const out: Partial<Told> = {}
  for (const k of toldKeys) {
    const n = Math.round(Number(d[k]) || 0) - (d.correcting ? m[k] : 0)
    if (n) out[k] = n
  }
  return out
}
// lacks says that there is nothing to send, or no reason why a figure was wrong.
export function lacks(d: Draft, m: Pick<Mission, keyof Told>): boolean {
  return !d.words.trim() && (d.correcting || !Object.keys(counts(d, m)).length)
}
