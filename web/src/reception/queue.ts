// What a desk wrote down and the server does not have yet. It is kept first and sent after, so that nothing is lost when
// the network goes or the page is closed; the id makes it one, however often it is sent.
import { computed } from 'vue'
import { ApiError } from '../api/http'
import type { CheckIn, CheckOutIn, DepartureSheet, JoinIn, PartyDetail } from '../api/types'
import { keptList, type Shelf } from '../ui/shelf'

export interface Queued {
  id: string
  account: string // who wrote it down: it is sent under no other name
  incident: string
  party?: string // of a team that is here already: they join it, or with leaves it is counted out
  leaves?: boolean
  name: string // of the team
  people: number
  at: string
  body: CheckIn | JoinIn | CheckOutIn
}
// Refused for good: a person must look at it. party is the team that is here already.
export interface Failed { item: Queued; code: string; text: string; textEn: string; party?: string }

const refusedForGood = [400, 404, 409, 422]

export type Sent = PartyDetail | DepartureSheet
export type Answer<T extends Sent = Sent> = { done: T } | { refused: ApiError } | { waits: ApiError }

export function makeQueue(shelf: Shelf, post: (item: Queued) => Promise<Sent>) {
  const queue = keptList<Queued>(shelf, 'ly.desk.queue')
  const aside = keptList<Failed>(shelf, 'ly.desk.failed')
  const items = queue.list
  const full = computed(() => queue.full.value || aside.full.value)
  const flying = new Set<string>()

  const leave = (id: string) => queue.change((now) => now.filter((q) => q.id !== id))

  async function fly(item: Queued): Promise<Answer> {
    flying.add(item.id)
    try {
      const done = await post(item)
      leave(item.id)
      return { done }
    } catch (e) {
      const error = e instanceof ApiError ? e : new ApiError(0, {})
      if (!refusedForGood.includes(error.status)) return { waits: error }
      leave(item.id)
      return { refused: error }
    } finally {
      flying.delete(item.id)
    }
  }

  // put keeps what was written and tries to send it at once; the form shows a refusal and has what was written still.
  function put(item: Queued): Promise<Answer> {
    queue.change((now) => [...now.filter((q) => q.id !== item.id), item])
    return fly(item)
  }

  // send sends what waits, in order, until there is no network; what is refused for good is set aside.
  async function send(account: string): Promise<ApiError | undefined> {
    for (const item of items.value.filter((q) => q.account === account && !flying.has(q.id))) {
      const got = await fly(item)
      if ('waits' in got) return got.waits
      if ('refused' in got) {
        const { problem, code } = got.refused
        const here = problem.current as { party?: string } | undefined
        const rows = (of: 'message' | 'messageEn') => [...new Set((problem.errors ?? []).map((x) => x[of]))]
        const party = here?.party ?? (item.leaves ? item.party : undefined)
        aside.change((now) => [...now.filter((f) => f.item.id !== item.id), {
          item, code, text: [problem.detailZh ?? problem.detail ?? '', ...rows('message')].join('　'), textEn: [problem.detailEn ?? '', ...rows('messageEn')].join('. '), ...(party ? { party } : {}),
        }])
      }
    }
    return undefined
  }

  const drop = (id: string) => aside.change((now) => now.filter((f) => f.item.id !== id))
  return { items, failed: aside.list, full, put, send, drop }
}
