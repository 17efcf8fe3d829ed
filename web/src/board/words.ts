import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { useSession } from '../access/session'
import type { Board, CourseRow, Indicator } from '../api/types'
import { mayOpen } from '../app/pages'
import { forceCount } from '../need/words'
import { amount, percent } from './trend'

// Where a record of the course stands.
const records: Record<string, string> = {
  report: '/needs', need: '/publish', offer: '/offers', pass: '/passes', escort: '/passes?tab=escorts', service_area: '/passes?tab=areas', support: '/support', party: '/reception', mission: '/missions', withdrawal: '/withdrawal',
}

export function useBoardWords() {
  const { t, te } = useI18n()
  const router = useRouter()
  const session = useSession()

  // A page that is not there, or that is not for this person, is not linked to.
  function open(path: string): string {
    if (!path) return ''
    const to = router.resolve(path)
    const page = String(to.meta.page ?? to.name ?? 'none')
    return page !== 'none' && mayOpen(page, session.me?.verbs ?? []) ? path : ''
  }
  function record(r: Pick<CourseRow, 'kind' | 'subject'>): string {
    const page = records[r.kind]
    return page ? open(`${page}${page.includes('?') ? '&' : '?'}id=${encodeURIComponent(r.subject)}`) : ''
  }
  function name(i: Pick<Indicator, 'key'>): string {
    return t(`board.name.${i.key}`)
  }
  function state(i: Pick<Indicator, 'value' | 'attention'>): { kind: string; label: string } {
    if (i.value === undefined) return { kind: 'end', label: t('board.state.unknown') }
    return i.attention ? { kind: 'alert', label: t('board.state.attention') } : { kind: 'todo', label: t('board.state.normal') }
  }
  function value(i: Pick<Indicator, 'value'>): string {
    return i.value === undefined ? '–' : percent(i.value)
  }
  function sentence(i: Indicator): string {
    if (i.value === undefined) return te(`board.why.${i.why}`) ? t(`board.why.${i.why}`) : t('board.state.unknown')
    return t(`board.sentence.${i.key}`, { top: told(i.key === 'waste' ? 'hours' : '', i.top), bottom: told(i.key === 'waste' ? 'hours' : '', i.bottom), ...inputs(i) })
  }
  // Team hours stand in whole hours here as among the figures.
  const told = (key: string, n: number): string => amount(key.startsWith('hours') ? Math.round(n) : n)
  function inputs(i: Indicator): Record<string, string> {
    return Object.fromEntries(i.inputs.map((x) => [x.key, x.n === undefined ? t('board.state.unknown') : told(x.key, x.n)]))
  }
  function input(x: Indicator['inputs'][number]): { name: string; text: string } {
    const text = x.n === undefined ? (te(`board.why.${x.why}`) ? t(`board.why.${x.why}`) : t('board.state.unknown')) : t(`board.unit.${x.key}`, { n: told(x.key, x.n) })
    return { name: t(`board.input.${x.key}`), text }
  }
  function lack(l: Board['gaps'][number]['lacks'][number]): string {
    return l.kind === 'team' ? t('board.lackTeams', { n: l.n }) : forceCount(l.key ?? '', l.n)
  }
  function spot(s: NonNullable<Board['where']>[number]): string {
    return s.name || t(`board.spot.${s.kind}`)
  }
  return { open, record, name, state, value, sentence, input, lack, spot }
}
