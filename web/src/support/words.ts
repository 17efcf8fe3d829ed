import { onMounted, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { useSession } from '../access/session'
import type { SupportCategory, SupportRow } from '../api/types'
import { categories } from './client'

// Words about requests that several pages use; categories and states come from the server's tables.
export function useSupportWords() {
  const { t, te, locale } = useI18n()
  const session = useSession()
  const list = shallowRef<SupportCategory[]>([])
  onMounted(async () => {
    try {
      list.value = await categories()
    } catch {
      // The bare keys stand until the page is read again.
    }
  })

  function category(key: string): string {
    const c = list.value.find((x) => x.key === key)
    return c ? (locale.value === 'en' ? c.labelEn : c.label) : key
  }
  function chip(state: string): { kind: string; label: string } {
    const s = session.stateOf('support', state)
    return { kind: s?.kind ?? 'todo', label: s ? (locale.value === 'en' ? s.labelEn : s.label) : state }
  }
  function move(verb: string): string {
    const m = session.lifecycles?.support.moves.find((x) => x.verb === verb)
    return m ? (locale.value === 'en' ? m.labelEn : m.label) : verb
  }
  function amount(r: Pick<SupportRow, 'quantity' | 'unit'>): string {
    return `${r.quantity} ${r.unit}`
  }
  function told(verb: string): string {
    const what = verb.replace('support.', '')
    return te(`support.verb.${what}`) ? t(`support.verb.${what}`) : verb
  }
  return { list, category, chip, move, amount, told }
}
