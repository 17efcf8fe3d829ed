import type { CheckOutIn, DepartureSheet } from '../api/types'

// The head count of a team that leaves, as the desk fills it in.

export const whys = ['present', 'rotated', 'injured', 'hospital', 'transferred', 'left_unseen', 'missing'] as const
export interface Head { id: string; why: string; note: string }
export interface Count {
  heads: Head[]
  vehicles: { id: string; with: boolean; note: string }[]
  items: { kind: string; out: number; note: string }[]
}

// countOf begins a count, and keeps what was filled in already for who and what is still there.
export function countOf(sheet: DepartureSheet, before?: Count): Count {
  return {
    heads: sheet.heads.map((h) => before?.heads.find((x) => x.id === h.id) ?? { id: h.id, why: h.missing ? 'missing' : '', note: h.missing ?? '' }),
    vehicles: sheet.rides.map((v) => before?.vehicles.find((x) => x.id === v.id) ?? { id: v.id, with: true, note: '' }),
    items: sheet.items.map((i) => before?.items.find((x) => x.kind === i.kind) ?? { kind: i.kind, out: i.out < 0 ? i.came : i.out, note: i.note ?? '' }),
  }
}

export interface Lack { uncounted: number; busy: number; unexplained: number; lines: number; lent: number; items: number }

// lacksOf says what keeps the team from leaving; all zero when nothing does. The server asks the same again.
export function lacksOf(sheet: DepartureSheet, c: Count): Lack {
  return {
    uncounted: c.heads.filter((h) => !h.why).length,
    busy: sheet.heads.filter((h) => h.mission).length + sheet.rides.filter((v) => v.mission).length,
    unexplained: c.heads.filter((h) => h.why && h.why !== 'present' && !h.note.trim()).length + c.vehicles.filter((v) => !v.with && !v.note.trim()).length,
    lines: sheet.lines.filter((l) => !l.recorded).length,
    lent: sheet.lent.length,
    items: c.items.filter((x) => {
      const came = sheet.items.find((i) => i.kind === x.kind)?.came ?? 0
      return !(Number.isInteger(x.out) && x.out >= 0 && x.out <= came) || (x.out < came && !x.note.trim())
    }).length,
  }
}

// bodyOf is what is sent. It names no version: the server compares row by row with who is inside, so that a count without
// network is not lost because of an acknowledgement that came meanwhile.
export function bodyOf(c: Count): Omit<CheckOutIn, 'id' | 'leftAt'> {
  const note = (s: string) => (s.trim() ? { note: s.trim() } : {})
  return {
    version: 0,
    heads: c.heads.map((h) => ({ id: h.id, why: h.why, ...(h.why === 'present' ? {} : note(h.note)) })),
    vehicles: c.vehicles.map((v) => ({ id: v.id, with: v.with, ...(v.with ? {} : note(v.note)) })),
    items: c.items.map((x) => ({ kind: x.kind, out: x.out, ...note(x.note) })),
  }
}
