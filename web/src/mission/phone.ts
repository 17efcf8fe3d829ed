// What the phone of a leader keeps: the missions as they were read last, and what was said and not sent yet.
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { useSession } from '../access/session'
import { ApiError } from '../api/http'
import type { MissionDetail, MissionStep } from '../api/types'
import { uuidv7 } from '../api/uuid'
import { ownMissions, stepMission, type StepVerb } from './client'
import { as, makeOutbox, phoneShelf } from './outbox'

interface Kept { account: string; at: number; missions: MissionDetail[] }

export const usePhone = defineStore('mission-phone', () => {
  const session = useSession()
  const kept = ref<Kept | undefined>(phoneShelf.read<Kept>('ly.mission.kept'))
  const trouble = ref<ApiError>()
  const forgetful = ref(false) // no room for what was read
  let turn = 0
  const box = makeOutbox(phoneShelf, (q) => stepMission(q.mission, q.verb, q.body))

  // Without signal nobody has signed in on this page yet: it is whoever used it last.
  const account = computed(() => session.me?.account.id ?? (session.unreachable ? (kept.value?.account ?? '') : ''))
  const mine = computed(() => (kept.value && kept.value.account === account.value ? kept.value : undefined))
  const waiting = computed(() => box.items.value.filter((q) => q.account === account.value))
  const refused = computed(() => box.failed.value.filter((f) => f.item.account === account.value))
  const missions = computed(() => mine.value?.missions.map((m) => as(m, waiting.value)))

  function keep(list: MissionDetail[], at: number): void {
    kept.value = { account: account.value, at, missions: list }
    forgetful.value = !phoneShelf.write('ly.mission.kept', kept.value)
  }
  function came(m: MissionDetail): void {
    if (mine.value) keep(mine.value.missions.map((x) => (x.id === m.id ? m : x)), mine.value.at)
  }
  // refresh sends what waits first, so that what is read then has it. What was asked before an answer came to something sent later
  // does not know of it, and is not kept; nor is what another person asked for.
  async function refresh(): Promise<void> {
    const mineNow = ++turn
    const who = account.value
    const stale = () => mineNow !== turn || who !== account.value
    try {
      const stopped = await box.send(who, came)
      if (stopped) {
        trouble.value = stopped
        return
      }
      const list = await ownMissions()
      if (stale()) return
      keep(list, Date.now())
      trouble.value = undefined
    } catch (e) {
      if (!stale()) trouble.value = e instanceof ApiError ? e : new ApiError(0, {})
    }
  }
  function say(m: MissionDetail, verb: StepVerb, with_: Omit<MissionStep, 'id' | 'saidAt'>): void {
    box.put({ account: account.value, mission: m.id, number: m.number, verb, body: { id: uuidv7(), saidAt: new Date().toISOString(), ...with_ } })
    void refresh()
  }
  return { mine, missions, waiting, refused, trouble, full: computed(() => box.full.value || forgetful.value), refresh, say, drop: box.drop }
})
