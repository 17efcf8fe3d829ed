import { useI18n } from 'vue-i18n'
import { useSession } from '../access/session'
import type { CourseRow, Decision, Handover, Incident, Lifecycles } from '../api/types'
import { useLabels } from '../need/labels'
import { changedOf, type Changed, type Machine } from './changed'
import { elapsed } from './steps'

export const classes = ['natural', 'accident', 'health', 'security'] as const
export const hows = ['paper', 'phone', 'meeting', 'system'] as const
export type How = (typeof hows)[number]
export function isOral(how: string): boolean {
  return how === 'phone' || how === 'meeting'
}

// Sentences about incidents that several pages use.
export function useIncidentWords() {
  const { t, te, locale } = useI18n()
  const session = useSession()
  const labels = useLabels()

  function chip(of: 'incident' | 'roster' | 'handover' | 'directive', key: string): { kind: string; label: string } {
    const s = session.stateOf(of, key)
    return { kind: s?.kind ?? 'todo', label: s ? (locale.value === 'en' ? s.labelEn : s.label) : key }
  }
  function move(of: Exclude<keyof Lifecycles, 'outcomes'>, verb: string): string {
    const m = session.lifecycles?.[of].moves.find((x) => x.verb === verb)
    return m ? (locale.value === 'en' ? m.labelEn : m.label) : verb
  }
  function group(key: string): string {
    return te(`groupName.${key}`) ? t(`groupName.${key}`) : key
  }
  // Under a step there is room for the short name.
  function owner(keys: string[]): string {
    return (keys.length ? keys : ['office']).map((k) => (te(`groupShort.${k}`) ? t(`groupShort.${k}`) : k)).join(t('comma'))
  }
  function since(from: string, now: number): string {
    const e = elapsed(from, now)
    return e.days ? t('incident.forDays', { d: e.days, h: e.hours }) : e.hours ? t('incident.forHours', { h: e.hours, m: e.minutes }) : t('incident.forMinutes', { m: e.minutes })
  }
  function grade(i: Pick<Incident, 'severity'>): string {
    return i.severity ? t(`grade.${i.severity}`) : t('incident.ungraded')
  }
  function how(d: Pick<Decision, 'how'>): string {
    return te(`decision.way.${d.how}`) ? t(`decision.way.${d.how}`) : d.how
  }
  function about(d: Pick<Decision, 'about'>): string {
    return te(`decision.about.${d.about}`) ? t(`decision.about.${d.about}`) : d.about
  }
  function event(r: Pick<CourseRow, 'verb'>): string {
    const key = r.verb.replace('.', '_')
    return te(`course.verb.${key}`) ? t(`course.verb.${key}`) : labels.verb(r.verb)
  }
  // A row of the journal holds no free text; what was handed over is told by the hand-over itself.
  function eventText(r: CourseRow, handovers: Handover[]): string {
    const b = (r.body ?? {}) as Record<string, unknown>
    if (r.kind === 'handover') {
      const h = handovers.find((x) => x.id === r.subject)
      return t('course.between', { from: group(String(b.from ?? '')), to: group(String(b.to ?? '')) }) + (h ? t('colon') + h.matter : '')
    }
    if (r.kind === 'incident') return ''
    if (r.kind === 'site') return String(b.name ?? '')
    return typeof b.number === 'string' ? b.number : ''
  }
  function state(of: Machine, key: string): string {
    const s = session.stateOf(of, key)
    return s ? (locale.value === 'en' ? s.labelEn : s.label) : key
  }
  // From what to what: states by their names, figures with theirs.
  function changes(r: CourseRow): string {
    const value = (c: Changed, x: string | number) => (c.machine ? state(c.machine, String(x)) : t(`course.value.${c.of}.${c.field}.${x}`))
    return changedOf(r)
      .map((c) => (c.machine || c.of ? t('course.changed', { was: value(c, c.was), now: value(c, c.now) }) : t('course.changedFigure', { what: t(`course.figure.${c.field}`), was: c.was === '' ? t('course.unset') : c.was, now: c.now === '' ? t('course.unset') : c.now })))
      .join(t('course.and'))
  }
  function who(r: Pick<CourseRow, 'who'>): string {
    return te(`grant.giver.${r.who}`) ? t(`grant.giver.${r.who}`) : labels.who(r.who)
  }
  return { chip, move, group, owner, since, grade, how, about, event, eventText, changes, who }
}
