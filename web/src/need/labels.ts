import { useI18n } from 'vue-i18n'
import { useSession } from '../access/session'
import type { NeedRow, ReportRow, Vulnerable } from '../api/types'

// Sentences that several pages make of a row.
export function useLabels() {
  const { t, te, locale } = useI18n()
  const session = useSession()

  function people(r: { people?: number | null }): string {
    return r.people === null || r.people === undefined ? t('report.peopleUnknown') : t('report.people', { n: r.people })
  }
  function vulnerable(list: Vulnerable[] | undefined): string {
    return (list ?? []).map((v) => t(`vulnerable.${v}`)).join(' ')
  }
  function what(r: Pick<ReportRow, 'text' | 'kind'>): string {
    return r.text?.trim() || t('report.noText', { kind: t(`kind.${r.kind}`) })
  }
  function where(r: { point?: ReportRow['point'] }): string {
    const p = r.point
    if (!p) return t('report.byText')
    if (p.source === 'gps') return p.accuracy > 0 ? t('report.gps', { n: Math.round(p.accuracy) }) : t('report.gpsUnknown')
    return p.source === 'map' ? t('report.byMap') : t('report.byStaff')
  }
  function chip(of: 'report' | 'need', ...keys: (string | undefined)[]): { kind: string; label: string } {
    const s = session.stateOf(of, ...keys)
    const key = keys.find(Boolean) ?? ''
    return s ? { kind: s.kind, label: locale.value === 'en' ? s.labelEn : s.label } : { kind: 'todo', label: te(`stateName.${key}`) ? t(`stateName.${key}`) : key }
  }
  function forces(n: Pick<NeedRow, 'skills' | 'equipment'>): string {
    const s = (n.skills ?? []).map((x) => x.label + (x.grade ? ' ' + t('need.gradeShort', { n: x.grade }) : ''))
    const e = (n.equipment ?? []).map((x) => x.label + ' ' + x.count)
    return [...s, ...e].join(' · ') || t('need.forcesUnknown')
  }
  function verb(of: 'report' | 'need', v: string): string {
    const key = v.split('.').pop() ?? v
    const move = session.lifecycles?.[of]?.moves?.find((m) => m.verb === v || m.verb === key)
    if (move) return locale.value === 'en' ? move.labelEn : move.label
    return te(`verb.${key}`) ? t(`verb.${key}`) : v
  }
  return { people, vulnerable, what, where, chip, forces, verb }
}
