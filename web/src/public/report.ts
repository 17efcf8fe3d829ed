import '../ui/older'
import '../ui/theme.css'
import './public.css'
import { createApp } from 'vue'
import { reportKinds, vulnerableKinds } from '../api/types'
import type { Draft } from './draft'
import { i18n } from './i18n'
import ReportApp from './ReportApp.vue'

// On a slow line people begin to fill the plain form before this script arrives. What they wrote is taken over.
function typedSoFar(): Partial<Draft> {
  const form = document.querySelector<HTMLFormElement>('form.plain')
  if (!form) return {}
  const data = new FormData(form)
  const out: Partial<Draft> = {}
  for (const k of ['text', 'address', 'phone', 'name'] as const) {
    const v = data.get(k)
    if (typeof v === 'string' && v.trim()) out[k] = v
  }
  const kind = reportKinds.find((k) => k === data.get('kind'))
  if (kind) out.kind = kind
  const people = String(data.get('people') ?? '').replace(/\D/g, '')
  if (people) out.people = Number(people.slice(0, 6))
  const who = vulnerableKinds.filter((v) => data.getAll('vulnerable').includes(v))
  if (who.length) out.vulnerable = who
  return out
}

createApp(ReportApp, { typed: typedSoFar() }).use(i18n).mount('#app')
