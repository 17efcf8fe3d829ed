import type { Board, CourseRow, Handover, Step } from '../api/types'

export const groups = ['general', 'coordination', 'support'] as const
export type Group = (typeof groups)[number]

// Where the work of a step is done, as far as there is a page for it.
const pages: Record<string, { path: string; verb: string }> = {
  publish: { path: '/needs', verb: 'report.see' },
  match: { path: '/offers', verb: 'offer.see' },
  dispatch: { path: '/offers', verb: 'offer.see' },
  passage: { path: '/passes', verb: 'pass.issue' },
  mission: { path: '/missions', verb: 'mission.see' },
  support: { path: '/support', verb: 'support.see' },
  withdraw: { path: '/withdrawal', verb: 'reception.see' },
  summary: { path: '/summary', verb: 'summary.see' },
}

export function linkOf(step: Pick<Step, 'key'>, incident: string, verbs: string[]): string {
  if (step.key === 'summary') return verbs.includes('summary.see') ? `/summary/${incident}` : ''
  if (step.key === 'activate') return `/incident/${incident}?tab=roster`
  const page = pages[step.key]
  return page && verbs.includes(page.verb) ? page.path : ''
}

// A group's own steps are tinted; the step without a group is the office's.
export function isOwn(step: Pick<Step, 'groups'>, mine: readonly string[], office: boolean): boolean {
  return step.groups.length ? !office && step.groups.some((g) => mine.includes(g)) : office
}

// What stays as it is when the mechanism ends: nobody can work on it any more.
const unfinished = ['waiting', 'to_publish', 'published', 'wanted', 'approving', 'open']
export interface Left { key: string; counts: NonNullable<Step['first']>[] }
export function leftOpen(board: Pick<Board, 'steps'> | undefined): Left[] {
  const open = (s: Step) => [s.first, s.second, s.third].flatMap((c) => (c && c.n > 0 && unfinished.includes(c.key) ? [c] : []))
  return (board?.steps ?? []).map((s) => ({ key: s.key, counts: open(s) })).filter((x) => x.counts.length)
}

export interface Elapsed { days: number; hours: number; minutes: number }
export function elapsed(from: string, to: number): Elapsed {
  const min = Math.max(0, Math.floor((to - Date.parse(from)) / 60_000))
  return { days: Math.floor(min / 1440), hours: Math.floor(min / 60) % 24, minutes: min % 60 }
}

export interface Queue { waiting: Handover[]; doing: Handover[]; sent: Handover[]; past: Handover[] }
// What lies with a group: to be taken, in hand, given away and not yet taken; then what is over, newest first.
export function queueOf(list: Handover[], g: Group): Queue {
  const oldestFirst = (a: Handover, b: Handover) => a.at.localeCompare(b.at)
  return {
    waiting: list.filter((h) => h.to === g && h.state === 'sent').sort(oldestFirst),
    doing: list.filter((h) => h.to === g && h.state === 'taken').sort(oldestFirst),
    sent: list.filter((h) => h.from === g && h.to !== g && (h.state === 'sent' || h.state === 'returned')),
    past: list.filter((h) => (h.to === g || h.from === g) && h.state === 'done'),
  }
}

// joinCourse puts newly read rows in front of those that are shown; a hole between them means to begin anew.
export function joinCourse(shown: CourseRow[], fresh: CourseRow[]): { rows: CourseRow[]; added: number } {
  const top = shown[0]?.seq ?? 0
  const added = fresh.filter((r) => r.seq > top)
  const hole = shown.length > 0 && added.length > 0 && added.length === fresh.length
  return { rows: hole ? fresh : [...added, ...shown], added: added.length }
}

// newestFirst is a course as people tell it, by the time at which things happened: the journal has them in the order in which
// they were written down.
export function newestFirst(rows: CourseRow[]): CourseRow[] {
  return [...rows].sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || b.seq - a.seq)
}
