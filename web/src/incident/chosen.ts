import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { useSession } from '../access/session'
import type { Incident } from '../api/types'
import { coalesce } from '../live/coalesce'
import { useLive } from '../live/store'
import { initial, modeOf, newestOf, ordered } from './choose'
import { listIncidents } from './client'
import type { Group } from './steps'

const key = 'ly.incident'

// Which incident this person works in, chosen in the top bar and kept on this machine until another is chosen.
export const useChosen = defineStore('chosen', () => {
  const session = useSession()
  const live = useLive()
  const list = ref<Incident[]>([])
  const known = ref(false)
  const failed = ref(false)
  const id = ref('')
  const one = computed(() => list.value.find((i) => i.id === id.value))
  const mode = computed(() => modeOf(one.value))

  // Buttons ask here: who only sees an incident that others command works elsewhere, and is not led into a refusal. What is
  // for a group to do takes that the actor works its queue now: the groups once headquarters approved their roster, the
  // office always, and nobody once the incident is closed.
  function may(verb: string, group?: Group): boolean {
    if (!one.value) return session.may(verb)
    return one.value.verbs.includes(verb) && (!group || one.value.works.includes(group))
  }

  function remembered(): string | undefined {
    try {
      const [account, was] = (localStorage.getItem(key) ?? '').split(' ')
      return account && account === session.me?.account.id ? (was ?? '') : undefined
    } catch {
      return undefined
    }
  }

  function choose(next: string): void {
    id.value = next
    try {
      localStorage.setItem(key, `${session.me?.account.id ?? ''} ${next}`)
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  }

  function turnTo(next: 'calm' | 'real' | 'drill'): string {
    choose(next === 'calm' ? '' : newestOf(list.value, next))
    return id.value
  }

  async function read(): Promise<void> {
    if (!session.may('incident.see')) return
    try {
      const got = await listIncidents('open')
      // What is being looked at stays in the bar, also when it is no longer open.
      const kept = one.value && !got.some((i) => i.id === id.value) ? [one.value] : []
      list.value = ordered([...got, ...kept])
      failed.value = false
      if (!known.value && !id.value) id.value = initial(list.value, remembered())
      known.value = true
    } catch {
      failed.value = true
    }
  }

  // An incident that is closed, or that only a link leads to, is in the bar as long as it is looked at.
  function meet(i: Incident): void {
    const at = list.value.findIndex((x) => x.id === i.id)
    if (at < 0) list.value = ordered([...list.value, i])
    else list.value[at] = i
    if (id.value !== i.id) choose(i.id)
  }

  const again = coalesce(read, 300)
  // What is out of sight is not in the bar, whoever looks at it.
  function lose(gone: string): void {
    list.value = list.value.filter((i) => i.id !== gone)
    if (id.value === gone) id.value = initial(list.value, undefined)
  }
  live.listen({ change: (c) => (c.kind === 'incident' || c.kind === 'roster') && again(), gone: (g) => g.kind === 'incident' && lose(g.id), resync: again })
  watch(
    () => session.me?.account.id,
    () => {
      list.value = []
      id.value = ''
      known.value = false
      void read()
    },
    { immediate: true },
  )

  return { list, known, failed, id, one, mode, may, choose, turnTo, meet, read }
})
