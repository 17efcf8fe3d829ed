import type { ReportRow } from '../api/types'
import { distance } from '../ui/map/geo'

type Located = Pick<ReportRow, 'point' | 'place'>

export type Sign = 'same' | 'near' | 'other' | 'unknown'
export const signs: Record<Sign, string> = { same: '＝', near: '≈', other: '≠', unknown: '？' }

export function comparePeople(a: number | null | undefined, b: number | null | undefined): Sign {
  if (a === null || a === undefined || b === null || b === undefined) return 'unknown'
  if (a === b) return 'same'
  return Math.abs(a - b) <= Math.max(1, 0.2 * Math.max(a, b)) ? 'near' : 'other'
}

export function compareVulnerable(a: string[] = [], b: string[] = []): Sign {
  if (!a.length && !b.length) return 'unknown'
  if (a.length === b.length && a.every((x) => b.includes(x))) return 'same'
  return a.some((x) => b.includes(x)) ? 'near' : 'other'
}

export function metresApart(a: Located, b: Located): number | undefined {
  return a.point && b.point ? distance(a.point, b.point) : undefined
}

export function comparePlace(a: Located, b: Located): Sign {
  const m = metresApart(a, b)
  if (m === undefined) return a.place.code === b.place.code ? 'near' : 'other'
  const doubt = (a.point!.accuracy ?? 0) + (b.point!.accuracy ?? 0)
  if (m <= Math.max(10, doubt / 2)) return 'same'
  return m <= 300 + doubt ? 'near' : 'other'
}

export interface Piece { text: string; shared: boolean }

// Marks what two texts have in common: runs of at least two characters (words or pairs of Chinese characters).
export function sharedPieces(text: string, other: string): Piece[] {
  const chars = Array.from(text)
  const shared = new Array<boolean>(chars.length).fill(false)
  for (let i = 0; i < chars.length - 1; i++) {
    const pair = chars[i]! + chars[i + 1]!
    if (/^[\p{L}\p{N}]{2}$/u.test(pair) && other.includes(pair)) shared[i] = shared[i + 1] = true
  }
  const out: Piece[] = []
  chars.forEach((c, i) => {
    const last = out[out.length - 1]
    if (last && last.shared === shared[i]) last.text += c
    else out.push({ text: c, shared: shared[i]! })
  })
  return out
}
