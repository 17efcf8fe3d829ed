import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { useSession } from '../access/session'
import { mayOpen } from '../app/pages'
import type { Figure } from '../api/types'
import { dateTime } from '../ui/clock'

// Words of figures and summaries: labels and units come from the server, which the paper and the workbook use too.
export function useSummaryWords() {
  const { t, te, locale } = useI18n()
  const session = useSession()
  const router = useRouter()
  const en = () => locale.value === 'en'

  const label = (x: { label: string; labelEn: string }) => (en() ? x.labelEn : x.label)
  const unit = (f: Figure) => (en() ? f.unitEn : f.unitZh)
  const value = (f: Figure) => (f.why ? t(f.why === 'earlier' ? 'summary.earlier' : 'summary.unknown') : f.at ? dateTime(f.at) : String(f.value ?? 0))

  // The rows behind a figure; '' where the page does not exist here or is not open to this person.
  function link(f: Figure): string {
    if (!f.page) return ''
    const to = router.resolve(f.page)
    const name = String(to.name ?? '')
    return name && name !== 'none' && mayOpen(name, session.me?.verbs ?? []) ? to.fullPath : ''
  }
  function chip(state: string): { kind: string; label: string } {
    const s = session.stateOf('summary', state)
    return { kind: s?.kind ?? 'todo', label: s ? label(s) : state }
  }
  function move(verb: string): string {
    const m = session.lifecycles?.summary.moves.find((x) => x.verb === verb)
    return m ? label(m) : verb
  }
  function told(verb: string): string {
    const what = verb.replace('summary.', '')
    return te(`summary.verb.${what}`) ? t(`summary.verb.${what}`) : verb
  }
  return { label, unit, value, link, chip, move, told }
}
