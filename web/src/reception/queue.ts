// What a desk wrote down and the server does not have yet. It is kept first and sent after, so that nothing is lost when
// the network goes or the page is closed; the id makes it one, however often it is sent.
import { ref } from 'vue'
import { ApiError } from '../api/http'
import type { CheckIn, CheckOutIn, DepartureSheet, JoinIn, PartyDetail } from '../api/types'

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

export interface Shelf {
  read<T>(key: string): T | undefined
  write(key: string, value: unknown): boolean
}

export const localShelf: Shelf = {
  read<T>(key: string): T | undefined {
    try {
      return (JSON.parse(localStorage.getItem(key) ?? 'null') as T) ?? undefined
    } catch {
      return undefined
    }
  },
  write(key, value) {
    try {
      localStorage.setItem(key, JSON.stringify(value))
      return true
    } catch {
      return false // the device is full or forbids it; the page says so
    }
  },
}

const refusedForGood = [400, 404, 409, 422]

export type Sent = PartyDetail | DepartureSheet
export type Answer<T extends Sent = Sent> = { done: T } | { refused: ApiError } | { waits: ApiError }

export function makeQueue(shelf: Shelf, post: (item: Queued) => Promise<Sent>) {
  const items = ref<Queued[]>(shelf.read<Queued[]>('ly.desk.queue') ?? [])
  const failed = ref<Failed[]>(shelf.read<Failed[]>('ly.desk.failed') ?? [])
  const full = ref(false)
  const flying = new Set<string>()

  function keep(): void {
    const both = [shelf.write('ly.desk.queue', items.value), shelf.write('ly.desk.failed', failed.value)]
    full.value = both.includes(false)
  }
  function leave(id: string): void {
    items.value = items.value.filter((q) => q.id !== id)
    keep()
  }

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
    items.value = [...items.value.filter((q) => q.id !== item.id), item]
    keep()
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
        failed.value = [...failed.value, {
          item, code, text: [problem.detailZh ?? problem.detail ?? '', ...rows('message')].join('　'), textEn: [problem.detailEn ?? '', ...rows('messageEn')].join('. '), ...(party ? { party } : {}),
        }]
        keep()
      }
    }
    return undefined
  }

  function drop(id: string): void {
    failed.value = failed.value.filter((f) => f.item.id !== id)
    keep()
  }
  return { items, failed, full, put, send, drop }
}
