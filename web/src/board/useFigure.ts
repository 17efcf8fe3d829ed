import { computed, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute, useRouter } from 'vue-router'
import { useChosen } from '../incident/chosen'
import { readIncident } from '../incident/client'

// The lists that figures lead to.
export type Listed = 'report' | 'need' | 'offer' | 'party' | 'person' | 'mission' | 'request' | 'wave' | 'passage'

// Who sees them in a whole incident. Who does so at one of its places alone sees the part that lies there.
const sees: Record<Listed, string> = {
  report: 'report.see', need: 'need.see', offer: 'offer.see', party: 'reception.see', person: 'reception.see', wave: 'reception.see', mission: 'mission.see', request: 'support.see', passage: 'pass.see',
}

// A list that shows exactly what a figure counts, by `figure` and `incident` in its address. An address that was given to
// somebody else leads to the incident that it names.
export function useFigure(list: Listed) {
  const { t, te } = useI18n()
  const route = useRoute()
  const router = useRouter()
  const chosen = useChosen()
  const page = route.name

  const key = computed(() => (route.name === page && typeof route.query.figure === 'string' ? route.query.figure : ''))
  const query = computed(() => (key.value ? { figure: key.value } : {}))
  const label = computed(() => {
    const part = key.value.replace('.', '_')
    return te(`figure.${list}.${part}`) ? t(`figure.${list}.${part}`) : key.value
  })
  // A figure is of the whole incident: where the list is a part of it, the list says so.
  const part = computed(() => !!key.value && !!chosen.one && !chosen.one.verbs.includes(sees[list]))
  // Said where there are no such rows; nothing without a figure.
  const none = computed(() => (key.value ? t(part.value ? 'figure.nonePart' : 'figure.none', { what: label.value }) : ''))
  const named = computed(() => (route.name === page && typeof route.query.incident === 'string' ? route.query.incident : ''))

  function without(...keys: string[]) {
    return Object.fromEntries(Object.entries(route.query).filter(([k]) => !keys.includes(k)))
  }
  // Back in the browser leads to the figure again.
  function clear() {
    void router.push({ query: without('figure', 'incident', 'id') })
  }
  watch(named, async (id) => {
    if (!id || chosen.id === id) return
    try {
      chosen.meet(await readIncident(id))
    } catch {
      if (named.value === id) void router.replace({ query: without('figure', 'incident') })
    }
  }, { immediate: true })
  // Who chooses another incident in the top bar leaves the one in the address.
  watch(() => chosen.id, (now, was) => {
    if (named.value && was === named.value && now !== was) void router.replace({ query: without('incident', 'id') })
  })
  return { list, key, query, label, part, none, clear }
}
