import type { NeedDraft } from '../api/types'
import { i18n } from '../app/i18n'
import { dateTime } from '../ui/clock'
import { forceCount, forceName } from './words'

export interface Change {
  what: string
  before: string
  after: string
}

// The fields in which two texts of a need differ, in the order of the form; what is not filled in is a dash.
export function changesOf(before: NeedDraft, after: NeedDraft): Change[] {
  const { t } = i18n.global
  const texts = (d: NeedDraft): Record<string, string> => ({
    title: d.title,
    severity: d.severity ? t(`severity.${d.severity}`) : '',
    skills: (d.skills ?? []).map((s) => forceName(s.key) + (s.grade ? ' ' + t('need.gradeShort', { n: s.grade }) : '')).join(' · '),
    people: d.people === undefined || d.people === null ? t('need.unknown') : String(d.people),
    teams: d.teams ? t('need.teamCount', { n: d.teams }) : t('need.teamsAny'),
    equipment: (d.equipment ?? []).map((e) => forceCount(e.key, e.count)).join(' · '),
    from: d.windowFrom ? dateTime(d.windowFrom) : '',
    to: d.windowTo ? dateTime(d.windowTo) : '',
    hazards: d.hazards ?? '',
    detail: d.detail ?? '',
  })
  const [was, is] = [texts(before), texts(after)]
  const name: Record<string, string> = {
    title: t('need.title'), severity: t('need.severity'), skills: t('need.skills'), people: t('need.people'), teams: t('need.teams'),
    equipment: t('need.equipment'), from: t('need.from'), to: t('need.to'), hazards: t('need.hazards'), detail: t('need.detail'),
  }
  return Object.keys(name).filter((k) => was[k] !== is[k]).map((k) => ({ what: name[k]!, before: was[k] || '—', after: is[k] || '—' }))
}
