import { useI18n } from 'vue-i18n'
import { useSession } from '../access/session'
import type { NeedRow, Reason, ReportRow } from '../api/types'
import { forceCount, forceName } from './words'

// Sentences that several pages make of a row.
export function useLabels() {
  const { t, te, locale } = useI18n()
  const session = useSession()

  function people(r: { people?: number | null }): string {
    return r.people === null || r.people === undefined ? t('report.peopleUnknown') : t('report.people', { n: r.people })
  }
  function vulnerable(list: string[] | undefined): string {
    return (list ?? []).map((v) => t(`vulnerable.${v}`)).join(' ')
  }
  function what(r: Pick<ReportRow, 'text' | 'kind' | 'destroyedAt'>): string {
    if (r.destroyedAt) return t('destruction.words')
    return r.text?.trim() || t('report.noText', { kind: t(`kind.${r.kind}`) })
  }
  function where(r: { point?: ReportRow['point'] }): string {
    const p = r.point
    if (!p) return t('report.byText')
    if (p.source === 'gps') return p.accuracy ? t('report.gps', { n: Math.round(p.accuracy) }) : t('report.gpsUnknown')
    return p.source === 'staff' ? t('report.byStaff') : t('report.byMap')
  }
  function chip(of: 'report' | 'need', ...keys: (string | undefined)[]): { kind: string; label: string } {
    const s = session.stateOf(of, ...keys)
    const key = keys.find(Boolean) ?? ''
    return s ? { kind: s.kind, label: locale.value === 'en' ? s.labelEn : s.label } : { kind: 'todo', label: te(`stateName.${key}`) ? t(`stateName.${key}`) : key }
  }
  function forces(n: Pick<NeedRow, 'skills' | 'equipment'>): string {
    const s = (n.skills ?? []).map((x) => forceName(x.key) + (x.grade ? ' ' + t('need.gradeShort', { n: x.grade }) : ''))
    const e = (n.equipment ?? []).map((x) => forceCount(x.key, x.count))
    return [...s, ...e].join(' · ') || t('need.forcesUnknown')
  }
  function reason(r: Reason): string {
    if (r.key === 'near') return t('reasonSign.near', { n: Math.round(r.value) })
    if (r.key === 'soon') return t('reasonSign.soon', { n: Math.max(1, Math.round(r.value / 60)) })
    return t(r.key === 'same_phone' ? 'reasonSign.same_phone' : 'reasonSign.same_kind')
  }
  function part(key: string): string {
    const [noun = '', which = ''] = key.split('.')
    if (noun === 'kind' && te(`kind.${which}`)) return t(`kind.${which}`)
    if (noun === 'vulnerable' && te(`vulnerable.${which}`)) return t(`vulnerable.${which}`)
    return noun === 'people' ? t('need.people') : key
  }
  // Some things were done by no person: by the system, at the first start, or in the terminal of the server.
  function who(name: string): string {
    if (te(`grant.giver.${name}`)) return t(`grant.giver.${name}`)
    return name === 'public' ? t('who.public') : /^[0-9a-f-]{36}$/.test(name) ? t('who.staff') : name
  }
  function verb(v: string): string {
    const key = v.split('.').pop() ?? v
    return te(`verb.${key}`) ? t(`verb.${key}`) : v
  }
  return { people, vulnerable, what, where, chip, forces, reason, part, who, verb }
}
