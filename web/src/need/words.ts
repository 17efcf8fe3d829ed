import type { Action, NeedDraft, NeedRow, Outcome, ReportDetail, ReportRow } from '../api/types'
import { i18n } from '../app/i18n'

export const outcomes: Outcome[] = ['verified', 'unreachable', 'unverifiable', 'false', 'self_rescued', 'passed_police', 'passed_medical']
export const methods = ['call_back', 'grid_member', 'second_source', 'drone', 'on_site'] as const
export const results = ['reached', 'no_answer', 'refused', 'wrong_number', 'confirmed', 'denied'] as const
export const skills = ['water', 'collapse', 'mountain', 'diving', 'medical'] as const
export const equipment = ['boat', 'lifejacket', 'pump', 'ambulance', 'truck', 'satphone', 'generator', 'drone', 'excavator', 'stretcher'] as const

// Records keep the Chinese name whatever language the desk reads.
export function skillName(key: string): string {
  return i18n.global.t(`skill.${key}`, {}, { locale: 'zh-CN' })
}
export function equipmentName(key: string): string {
  return i18n.global.t(`equipment.${key}`, {}, { locale: 'zh-CN' })
}

// The server lists what may be done now; a verb may come with its noun ("report.look") or without.
export function can(actions: Action[] | undefined, verb: string): boolean {
  return (actions ?? []).some((a) => a.verb === verb || a.verb.endsWith('.' + verb))
}

export function rowOf(d: ReportDetail): ReportRow {
  const { id, number, kind, severity, text, people, vulnerable, place, point, channel, stage, outcome, receivedAt, lookedAt, lookedBy, safeClaim, flags, need, version } = d
  return { id, number, kind, severity, text: text.slice(0, 60), people, vulnerable, place, point, channel, stage, outcome, receivedAt, lookedAt, lookedBy, claims: 0, safeClaim, flags, need, version }
}

export function isDone(r: { stage: string }): boolean {
  return r.stage !== 'received' && r.stage !== 'verifying'
}

// When a human last looked, or when it came if nobody has.
export function lastSeen(r: ReportRow): string {
  return r.lookedAt ?? r.receivedAt
}

export function draftOf(n: NeedRow): NeedDraft {
  const { title, detail, hazards, severity, people, place, point, skills: s, teams, equipment: e, windowFrom, windowTo } = n
  return {
    title, detail, hazards, severity, people: people ?? null, place: place.code, point,
    skills: (s ?? []).map((x) => ({ ...x })), teams, equipment: (e ?? []).map((x) => ({ ...x })), windowFrom, windowTo,
  }
}

export function draftFrom(r: ReportDetail, title: string): NeedDraft {
  return { title, detail: r.text, hazards: '', severity: r.severity, people: null, place: r.place.code, point: r.point, skills: [], teams: 1, equipment: [] }
}
