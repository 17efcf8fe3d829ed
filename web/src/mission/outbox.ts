// What a leader said and the server does not have yet. It is kept first and sent after, one after another in the order in
// which it was said, so that nothing is lost without signal or when the page is closed; the id makes it one, however often
// it is sent.
import { computed } from 'vue'
import { ApiError } from '../api/http'
import type { MissionDetail, MissionStep } from '../api/types'
import { uuidv7 } from '../api/uuid'
import { keptList, localShelf, type Shelf } from '../ui/shelf'
import type { StepVerb } from './client'

export interface Said {
  account: string // who said it: it is sent under no other name
  mission: string
  number: string
  verb: StepVerb
  body: MissionStep & { saidAt: string }
}
// Refused for good: the leader must look at it, and phone. What was written stays to be read.
export interface Refused { item: Said; text: string; textEn: string }

const refusedForGood = [400, 403, 404, 409, 422]
// The states in which a mission is after a verb: what the page shows until the server says so.
const leadsTo: Partial<Record<StepVerb, string>> = { accept: 'accepted', decline: 'declined', set_out: 'under_way', arrive: 'on_scene', block: 'blocked', resume: 'on_scene', finish: 'done' }
const next: Record<string, StepVerb[]> = {
  given: ['accept', 'decline'], accepted: ['set_out'], under_way: ['arrive', 'progress'], on_scene: ['progress', 'finish', 'block'], blocked: ['resume', 'progress'],
}

// done is what a report of the end says was done, as a progress of its own.
function done(q: Said): Said[] {
  const { words, rescued, moved, treated } = q.body
  if (q.verb !== 'finish' || !(rescued || moved || treated)) return []
  return [{ ...q, verb: 'progress', body: { id: uuidv7(), saidAt: q.body.saidAt, words, rescued, moved, treated } }]
}

export function makeOutbox(shelf: Shelf, post: (item: Said) => Promise<MissionDetail>) {
  const queue = keptList<Said>(shelf, 'ly.mission.queue')
  const aside = keptList<Refused>(shelf, 'ly.mission.failed')
  const items = queue.list
  const full = computed(() => queue.full.value || aside.full.value)
  let flying: Promise<ApiError | undefined> | undefined

  const put = (item: Said) => queue.change((now) => [...now, item])

  // send sends what waits until there is no signal; what is refused for good is set aside, and so are the steps of the same
  // mission after it, because they build on it. What was done at the scene does not: it is tried by itself, so that no figure
  // is lost where the mission has meanwhile been given to another team.
  async function fly(account: string, came: (m: MissionDetail) => void): Promise<ApiError | undefined> {
    for (;;) {
      const item = items.value.find((q) => q.account === account)
      if (!item) return undefined
      try {
        came(await post(item))
        queue.change((now) => now.filter((q) => q.body.id !== item.body.id))
      } catch (e) {
        const error = e instanceof ApiError ? e : new ApiError(0, {})
        if (!refusedForGood.includes(error.status)) return error
        let stuck: Said[] = []
        queue.change((now) => {
          if (!now.some((q) => q.body.id === item.body.id)) return now // another page of this phone has set it aside
          stuck = now.filter((q) => q.account === account && q.mission === item.mission && (q.verb !== 'progress' || q.body.id === item.body.id))
          return now.flatMap((q) => (stuck.includes(q) ? done(q) : [q]))
        })
        aside.change((now) => [...now, ...stuck.map((q) => ({ item: q, text: error.text('zh-CN'), textEn: error.text('en') }))])
      }
    }
  }
  function send(account: string, came: (m: MissionDetail) => void): Promise<ApiError | undefined> {
    flying ??= fly(account, came).finally(() => (flying = undefined))
    return flying
  }
  const drop = (id: string) => aside.change((now) => now.filter((f) => f.item.body.id !== id))
  return { items, failed: aside.list, full, put, send, drop }
}

// as is a mission with what was said and not sent yet: the state it leads to, what can be said next, the sums.
export function as<T extends Pick<MissionDetail, 'id' | 'state' | 'rescued' | 'moved' | 'treated' | 'actions'>>(m: T, waiting: Said[]): T {
  const mine = waiting.filter((q) => q.mission === m.id)
  if (!mine.length) return m
  const out = { ...m }
  for (const q of mine) {
    out.state = leadsTo[q.verb] ?? out.state
    out.rescued += q.body.rescued ?? 0
    out.moved += q.body.moved ?? 0
    out.treated += q.body.treated ?? 0
  }
  out.actions = next[out.state] ?? []
  return out
}

export const phoneShelf = localShelf
