import { computed, onBeforeUnmount, reactive, ref, watch } from 'vue'
import type { ApiError } from '../api/http'
import type { PublicReceived, PublicReport } from '../api/types'
import { uuidv7 } from '../api/uuid'
import { sendReport } from './client'
import { type Draft, isBlank, newDraft, toBody } from './draft'
import { recall, remember } from './memory'
import { attempt } from './outbox'

export type Phase = 'editing' | 'sending' | 'waiting' | 'ask' | 'refused' | 'sent'

interface Kept {
  draft: Draft
  body: PublicReport | null // set once sending has begun and no answer has come
  at: number
}

const key = 'ly.report.1'
const keptFor = 24 * 3600_000

function load(now: number): Kept | null {
  try {
    const kept = JSON.parse(recall(key) ?? 'null') as Kept | null
    if (!kept?.draft?.id || now - kept.at > keptFor) return null
    return { ...kept, draft: { ...newDraft(), ...kept.draft } }
  } catch {
    return null
  }
}

// A page that is opened anew just after the report was acknowledged goes on with its receipt: nobody sends it again for fear that it
// was lost.
const doneKey = 'ly.received'
const shownFor = 10 * 60_000

function lately(now: number): PublicReceived | undefined {
  try {
    const done = JSON.parse(recall(doneKey, 'session') ?? 'null') as { received: PublicReceived; at: number } | null
    return done?.received?.receipt && now - done.at < shownFor ? done.received : undefined
  } catch {
    return undefined
  }
}

// useReport is the whole life of one report on this phone: written, kept, sent, retried, acknowledged.
export function useReport(typedBefore: Partial<Draft>) {
  const kept = load(Date.now())
  const draft = reactive<Draft>({ ...newDraft(), ...kept?.draft, ...typedBefore })
  const earlier = kept || Object.keys(typedBefore).length ? undefined : lately(Date.now())
  const phase = ref<Phase>(earlier ? 'sent' : 'editing')
  const keptAt = ref(kept?.at ?? 0)
  const received = ref<PublicReceived | undefined>(earlier)
  const refusal = ref<ApiError>()
  const tries = ref(0)
  const nextAt = ref(0)
  const online = ref(navigator.onLine)
  let body: PublicReport | null = kept?.body ?? null
  let timer: ReturnType<typeof setTimeout> | undefined

  function save() {
    if (phase.value === 'sent' || isBlank(draft)) return remember(key, null)
    keptAt.value = Date.now()
    remember(key, JSON.stringify({ draft, body, at: keptAt.value } satisfies Kept))
  }
  watch(draft, save, { deep: true })

  async function go() {
    clearTimeout(timer)
    if (!body || phase.value === 'sending') return
    phase.value = 'sending'
    tries.value++
    save()
    const result = await attempt(body, tries.value, sendReport)
    switch (result.to) {
      case 'sent':
        received.value = result.received
        remember('ly.receipt', result.received.receipt, 'session')
        remember(doneKey, JSON.stringify({ received: result.received, at: Date.now() }), 'session')
        body = null
        phase.value = 'sent'
        return remember(key, null)
      case 'reused': {
        // An earlier attempt arrived with other words under this id. What is written now is a new report.
        draft.id = uuidv7()
        body = { ...body, id: draft.id }
        phase.value = 'editing'
        return go()
      }
      case 'ask':
        body = null
        phase.value = 'ask'
        return
      case 'waiting':
        phase.value = 'waiting'
        nextAt.value = Date.now() + result.inMs
        timer = setTimeout(go, result.inMs)
        return
      case 'refused':
        refusal.value = result.error
        body = null
        phase.value = 'refused'
    }
  }

  function submit(asked = false) {
    draft.firstSentAt ||= new Date().toISOString()
    body = toBody(draft, new Date(), asked)
    tries.value = 0
    phase.value = 'editing'
    return go()
  }

  // Back to the form. The id stays: if nothing changes, sending again is still the same record.
  function edit() {
    clearTimeout(timer)
    body = null
    phase.value = 'editing'
    save()
  }

  function startAnother() {
    Object.assign(draft, newDraft())
    remember(doneKey, null, 'session')
    received.value = undefined
    phase.value = 'editing'
  }

  const cameBack = () => {
    online.value = true
    if (phase.value === 'waiting') void go()
  }
  const wentAway = () => (online.value = false)
  window.addEventListener('online', cameBack)
  window.addEventListener('offline', wentAway)
  onBeforeUnmount(() => {
    clearTimeout(timer)
    window.removeEventListener('online', cameBack)
    window.removeEventListener('offline', wentAway)
  })

  if (body) void go() // the page was closed while a report was still waiting

  const busy = computed(() => phase.value === 'sending' || phase.value === 'waiting')
  return { draft, phase, keptAt, received, refusal, tries, nextAt, online, busy, submit, retry: go, edit, startAnother }
}
