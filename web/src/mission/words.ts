import { useI18n } from 'vue-i18n'
import { useSession } from '../access/session'
import type { Mission } from '../api/types'
import { minutesBetween } from '../deployment/due'

// Words about missions that several pages use; states come from the server's table.
export function useMissionWords() {
  const { t, te, locale } = useI18n()
  const session = useSession()

  function chip(state: string): { kind: string; label: string } {
    const s = session.stateOf('mission', state)
    return { kind: s?.kind ?? 'todo', label: s ? (locale.value === 'en' ? s.labelEn : s.label) : state }
  }
  function move(verb: string): string {
    const m = session.lifecycles?.mission.moves.find((x) => x.verb === verb)
    return m ? (locale.value === 'en' ? m.labelEn : m.label) : verb
  }
  function told(verb: string): string {
    const what = verb.replace('mission.', '')
    return te(`mission.told.${what}`) ? t(`mission.told.${what}`) : verb
  }
  function span(n: number): string {
    return n < 60 ? t('mission.minutes', { n }) : t('mission.hours', { h: Math.floor(n / 60), n: n % 60 })
  }
  // How long it is since a moment.
  function since(at: string, now: number): string {
    return span(Math.max(0, -minutesBetween(now, at)))
  }
  // What is left until the mission should be done, or by how much it is late.
  function left(m: Pick<Mission, 'until'>, now: number): string {
    const n = minutesBetween(now, m.until)
    return n >= 0 ? t('mission.left', { time: span(n) }) : t('mission.over', { time: span(-n) })
  }
  // What the team has done, in people; empty while it has told nothing.
  function sums(m: Pick<Mission, 'rescued' | 'moved' | 'treated'>): string {
    return (['rescued', 'moved', 'treated'] as const).filter((k) => m[k] !== 0).map((k) => t(`mission.sum.${k}`, { n: m[k] })).join('\u2002')
  }
  return { chip, move, told, since, left, sums }
}
