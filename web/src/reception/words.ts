import { useI18n } from 'vue-i18n'
import { useSession } from '../access/session'
import type { Party } from '../api/types'
import { forceName, unitCount } from '../need/words'
import { minutesBetween } from '../deployment/due'

// Words about teams on site that several pages use; states come from the server's table.
export function useSiteWords() {
  const { t, te, locale } = useI18n()
  const session = useSession()

  function chip(state: string): { kind: string; label: string } {
    const s = session.stateOf('party', state)
    return { kind: s?.kind ?? 'todo', label: s ? (locale.value === 'en' ? s.labelEn : s.label) : state }
  }
  function move(verb: string): string {
    const m = session.lifecycles?.party.moves.find((x) => x.verb === verb)
    return m ? (locale.value === 'en' ? m.labelEn : m.label) : verb
  }
  function told(verb: string): string {
    const what = verb.replace('party.', '')
    return te(`reception.told.${what}`) ? t(`reception.told.${what}`) : verb
  }
  // What a member does in the team, or what a walk-in can do.
  function post(key: string): string {
    return te(`post.${key}`) ? t(`post.${key}`) : key
  }
  function out(why: string): string {
    return te(`reception.out.${why}`) ? t(`reception.out.${why}`) : why
  }
  // How long somebody is at one place.
  function spell(from: string, now: number): string {
    const n = Math.max(0, -minutesBetween(now, from))
    return n < 60 ? t('offer.minutes', { n }) : n < 48 * 60 ? t('offer.hours', { h: Math.floor(n / 60), n: n % 60 }) : t('reception.days', { n: Math.floor(n / 1440) })
  }
  // It came without approval and was kept: that stays with it. Of the others the state says so.
  function regularised(p: Pick<Party, 'unapproved' | 'state'>): boolean {
    return p.unapproved && p.state !== 'self_deployed' && p.state !== 'turned_back'
  }
  function amount(kind: string, n: number): string {
    return unitCount(kind, n)
  }
  return { chip, move, told, post, out, spell, regularised, amount, force: forceName }
}
