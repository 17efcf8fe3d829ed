import { useI18n } from 'vue-i18n'
import { useSession } from '../access/session'
import { dateTime } from '../ui/clock'

// Words about withdrawal that several pages use; states and verbs come from the server's tables.
export function useWithdrawalWords() {
  const { t, te, locale } = useI18n()
  const session = useSession()

  function chip(of: 'withdrawal' | 'party', state: string): { kind: string; label: string } {
    const s = session.stateOf(of, state)
    return { kind: s?.kind ?? 'todo', label: s ? (locale.value === 'en' ? s.labelEn : s.label) : state }
  }
  function move(of: 'withdrawal' | 'party', verb: string): string {
    const m = session.lifecycles?.[of].moves.find((x) => x.verb === verb)
    return m ? (locale.value === 'en' ? m.labelEn : m.label) : verb
  }
  // 06-18 10:00 to 16:00: the day of the end only where it is another one, the year only on paper or where it is another.
  function span(from: string, to: string, paper = false): string {
    const [a, b] = [dateTime(from), dateTime(to)]
    const year = dateTime(Date.now()).slice(0, 5)
    const short = (s: string) => (!paper && s.startsWith(year) ? s.slice(5) : s)
    return t('withdrawal.span', { from: short(a), to: a.slice(0, 10) === b.slice(0, 10) ? b.slice(11) : short(b) })
  }
  function kind(key: string): string {
    return te(`equipment.${key}`) ? t(`equipment.${key}`) : key
  }
  function told(verb: string): string {
    const what = verb.replace('withdrawal.', '')
    return te(`withdrawal.verb.${what}`) ? t(`withdrawal.verb.${what}`) : verb
  }
  return { chip, move, span, kind, told }
}
