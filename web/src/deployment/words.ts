import { useI18n } from 'vue-i18n'
import { useSession } from '../access/session'
import type { Fact, MatchLine, Offer, OfferDetail, Rule, Station } from '../api/types'
import { forceName, unitCount } from '../need/words'
import { useParameterWords } from '../parameter/words'
import { useNamed } from '../place/useNamed'
import { useTeamWords } from '../team/words'
import { clockTime } from '../ui/clock'
import { minutesBetween } from './due'

export const tabs = ['approving', 'approved', 'standby', 'returned', 'all'] as const
export type Tab = (typeof tabs)[number]

const groups: Record<Exclude<Tab, 'all'>, readonly string[]> = {
  approving: ['offered', 'matched', 'approving'],
  approved: ['approved', 'ordered', 'acknowledged', 'on_site', 'unsigned'],
  standby: ['standby'],
  returned: ['returned'],
}
// Where an offer stands in the tabs: its state, but for one that is over and waits for a signature after.
export function standing(o: Pick<Offer, 'state' | 'unsigned'>): string {
  return o.unsigned && ['finished', 'stood_down'].includes(o.state) ? 'unsigned' : o.state
}
export function inTab(tab: Tab, state: string): boolean {
  return tab === 'all' || groups[tab].includes(state)
}
export function countOf(tab: Tab, counts: Record<string, number>): number {
  return Object.entries(counts).reduce((sum, [state, n]) => sum + (inTab(tab, state) ? n : 0), 0)
}

// The words of offers that several pages need.
export function useOfferWords() {
  const parameters = useParameterWords()
  const named = useNamed()
  const { t, te, locale } = useI18n()
  const session = useSession()
  const teams = useTeamWords()

  function chip(state: string): { kind: string; label: string } {
    const s = session.stateOf('offer', state)
    return s ? { kind: s.kind, label: locale.value === 'en' ? s.labelEn : s.label } : { kind: 'todo', label: state }
  }
  // A verb is named as the table of the life cycle names it in this state.
  function move(verb: string, state: string): string {
    const all = session.lifecycles?.offer.moves.filter((m) => m.verb === verb) ?? []
    const m = all.find((x) => x.from.includes(state)) ?? all[0]
    return m ? (locale.value === 'en' ? m.labelEn : m.label) : verb
  }
  function asksReason(verb: string): boolean {
    return (session.lifecycles?.offer.moves.find((m) => m.verb === verb)?.needs ?? []).includes('reason')
  }
  function reach(kind: string | undefined): string {
    return kind && te(`offerCase.${kind}`) ? t(`offerCase.${kind}`) : ''
  }
  function why(o: Pick<Offer, 'why'>): string {
    return o.why === 'saturated' ? t('offer.saturated') : (o.why ?? '')
  }
  function items(list: { key: string; count: number }[]): string {
    return list.map((i) => forceName(i.key) + ' ' + unitCount(i.key, i.count)).join(t('comma'))
  }
  function spell(minutes: number): string {
    return minutes < 60 ? t('offer.minutes', { n: minutes }) : t('offer.hours', { h: Math.floor(minutes / 60), n: minutes % 60 })
  }
  function left(due: string, now: number): string {
    const n = minutesBetween(now, due)
    return n >= 0 ? t('offer.left', { time: spell(n) }) : t('offer.overdue', { time: spell(-n) })
  }
  // The four lines of a station under its name: result or deadline, officer, deputy.
  function stationLines(s: Station, now: number): string[] {
    const officer = s.officer ? t('path.officer', { who: s.officer }) : t('path.anyOfficer')
    const deputy = s.deputy ? t('path.deputy', { who: s.deputy }) : t('path.noDeputy')
    if (s.state === 'waiting') return [t('path.limit', { time: spell(s.minutes) }), officer, deputy]
    if (s.at) {
      const acted = s.acted || 'officer'
      const by = acted === 'behalf' ? t('path.behalf', { who: s.decider || s.by || '' }) : t(`path.as.${acted}`, { who: s.by ?? '' })
      const took = s.number ? t('path.number', { number: s.number }) : s.late > 0 ? t('path.late', { time: spell(s.late) }) : t('path.took', { time: spell(s.minutes) })
      return [t(`path.result.${s.state}`, { time: clockTime(s.at, now) }), by, took]
    }
    return [t('path.due', { time: clockTime(s.due ?? '', now), left: left(s.due ?? '', now) }), officer, deputy]
  }
  function rule(r: Rule, kind: string | undefined, n: number): string {
    return t('path.rule', { reach: reach(kind), n, name: parameters.name(r), place: named.name(r.place), source: parameters.source(r) })
  }
  function fact(f: Fact, o: Pick<OfferDetail, 'people'>): string {
    const n = f.key === 'insured' && f.good ? o.people : f.n
    if (f.key === 'distance') return f.n < 0 ? t('fact.noDistance') : t('fact.distance', { far: teams.far(f.n) })
    const key = f.key + (f.good ? 'Good' : f.key === 'relation' && f.n ? 'Unknown' : 'Bad')
    return te(`fact.${key}`) ? t(`fact.${key}`, { n: f.key === 'eta' ? spell(f.n) : n }) : f.key
  }
  function line(l: MatchLine): string {
    if (l.kind === 'team' || !l.key) return t('match.teams')
    return forceName(l.key) + (l.grade ? ' ' + t('need.gradeShort', { n: l.grade }) : '')
  }
  function told(verb: string): string {
    const key = verb.replace(/^offer\./, '')
    return te(`offerVerb.${key}`) ? t(`offerVerb.${key}`) : key
  }
  return { chip, move, asksReason, reach, why, items, spell, left, stationLines, rule, fact, line, told, far: teams.far }
}
