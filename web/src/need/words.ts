import type { NeedDraft, NeedRow, Outcome, ReportDetail, ReportRow } from '../api/types'
import { i18n } from '../app/i18n'

export const outcomes: Outcome[] = ['verified', 'unreachable', 'unverifiable', 'false', 'self_rescued', 'passed_police', 'passed_medical']
export const methods = ['call_back', 'grid_member', 'second_source', 'drone', 'on_site'] as const
export const results = ['reached', 'no_answer', 'refused', 'wrong_number', 'confirmed', 'denied'] as const
export const skills = ['water', 'collapse', 'mountain', 'diving', 'medical', 'rope', 'logistics', 'communication'] as const
export const equipment = ['boat', 'life_jacket', 'pump', 'ambulance', 'truck', 'satphone', 'generator', 'drone', 'excavator', 'stretcher'] as const

// A speciality or a kind of equipment by its key; one that the pages do not know yet keeps its key.
export function forceName(key: string): string {
  const { t, te } = i18n.global
  return te(`skill.${key}`) ? t(`skill.${key}`) : te(`equipment.${key}`) ? t(`equipment.${key}`).replace(unit, '') : key
}

// In Chinese a count carries the measure word that the catalogue keeps in brackets behind the name.
const unit = /（(.+)）$/
export function unitCount(key: string, count: number): string {
  const { t, te } = i18n.global
  const word = te(`equipment.${key}`) ? unit.exec(t(`equipment.${key}`))?.[1] : undefined
  return word ? `${count} ${word}` : String(count)
}
export function forceCount(key: string, count: number): string {
  return forceName(key) + ' ' + unitCount(key, count)
}

// The server lists what may be done now.
export function can(actions: string[] | undefined, verb: string): boolean {
  return (actions ?? []).includes(verb)
}

export function rowOf(d: ReportDetail): ReportRow {
  const { id, number, kind, severity, text, people, vulnerable, place, point, channel, stage, outcome, receivedAt, lookedAt, lookedBy, safeClaim, flags, need, mergedInto, incident, drill, version } = d
  return { id, number, kind, severity, text: text.slice(0, 60), people, vulnerable, place, point, channel, stage, outcome, receivedAt, lookedAt, lookedBy, claims: 0, safeClaim, flags, need, mergedInto, incident, drill, version }
}

export function isDone(r: { stage: string }): boolean {
  return r.stage !== 'received' && r.stage !== 'verifying'
}

// Came as a flood does: one address that sends very many, or no proof of work when it was asked for.
export function isHeld(r: ReportRow): boolean {
  return r.flags.includes('quarantine') || r.flags.includes('no_proof')
}

// When a human last looked, or when it came if nobody has.
export function lastSeen(r: ReportRow): string {
  return r.lookedAt ?? r.receivedAt
}

// Nobody has looked within the limit, in seconds: the one of the first look, or the one between two looks.
export function isLate(r: ReportRow, now: number, first: number, again: number): boolean {
  return !isDone(r) && now - Date.parse(lastSeen(r)) > (r.lookedAt ? again : first) * 1000
}

export function draftOf(n: NeedRow): NeedDraft {
  const { title, detail, hazards, severity, people, skills: s, teams, equipment: e, windowFrom, windowTo } = n
  return {
    title, detail, hazards, severity, ...(people === null ? {} : { people }),
    skills: (s ?? []).map((x) => ({ ...x })), teams, equipment: (e ?? []).map((x) => ({ ...x })), windowFrom, windowTo,
  }
}

export function draftFrom(r: ReportDetail, title: string): NeedDraft {
  return { title, detail: '', hazards: '', severity: r.severity, ...(r.people === null ? {} : { people: r.people }), skills: [], teams: 1, equipment: [] }
}
