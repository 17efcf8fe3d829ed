// What the gate page keeps on the device, so that it works, and comes back after a reload, without network.
import { computed, ref, watch } from 'vue'
import { useSession } from '../access/session'
import { http, take, ApiError } from '../api/http'
import type { paths } from '../api/schema'
import type { Answer } from './judge'
import { keptList, localShelf } from '../ui/shelf'
import { accept, believe, newest, passed, restored, type Kept, type Trust } from './trust'
import { warm } from './useScan'

type PassageIn = NonNullable<paths['/api/v1/passages']['post']['requestBody']>['content']['application/json']
// Where this device stands: an access point, or a gate that was set up without one.
export interface Spot { gate: string; place: string; placeName: string; point?: string; incident?: string }

// What a guard noted; account is who noted it: it is sent under no other name. What an older program kept names nobody.
export type Noted = PassageIn & { account?: string }

const { read, write } = localShelf

// firstOf is what a guard sends first, of what the device keeps.
export function firstOf(queue: Noted[], guard: string): PassageIn | undefined {
  const found = queue.find((p) => p.account === undefined || p.account === guard)
  if (!found) return undefined
  const passage = { ...found }
  delete passage.account
  return passage
}

export function useGate() {
  const trust = ref<Trust>(read<Trust>('ly.gate.trust') ?? { keys: [] })
  const stored = read<unknown>('ly.gate.list')
  const kept = ref<Kept | undefined>(restored(stored, trust.value, Date.now()))
  const spot = ref<Spot | undefined>(read<Spot>('ly.gate.spot'))
  const session = useSession()
  watch(() => session.me?.account.id, (id) => id && write('ly.gate.guard', id), { immediate: true })
  // Without network nobody has signed in on this page yet: it is whoever used it last.
  const guard = computed(() => session.me?.account.id ?? (session.unreachable ? (read<string>('ly.gate.guard') ?? '') : ''))
  const line = keptList<Noted>(localShelf, 'ly.gate.queue')
  const aside = keptList<PassageIn>(localShelf, 'ly.gate.failed')
  const queue = line.list
  const others = computed(() => queue.value.filter((p) => p.account !== undefined && p.account !== guard.value).length)
  const failed = aside.list
  const count = ref(read<{ day: string; n: number }>('ly.gate.count') ?? { day: '', n: 0 })
  const trouble = ref<'' | 'offline' | 'signed_out' | 'forbidden' | 'signature' | 'older' | 'new_key' | 'plain' | 'stored' | 'full' | 'other'>(stored && !kept.value ? 'stored' : '')
  let busy = false
  let ran = performance.now()

  function troubleOf(e: unknown): typeof trouble.value {
    if (!(e instanceof ApiError)) return 'other'
    if (e.offline) return 'offline'
    return e.code === 'signed_out' || e.code === 'forbidden' ? e.code : 'other'
  }

  async function refresh(): Promise<void> {
    if (busy) return
    busy = true
    try {
      const answer = await take(http.GET('/api/v1/gate'))
      trouble.value = taken(answer)
      await send()
    } catch (e) {
      trouble.value = troubleOf(e)
    } finally {
      busy = false
    }
  }

  // Only what came over TLS, or from this very machine, can pin the first key.
  function taken(answer: Parameters<typeof accept>[2]): typeof trouble.value {
    if (!window.isSecureContext) return 'plain'
    tick(Date.now())
    const got = accept(kept.value, trust.value, answer, Date.now())
    kept.value = got.kept
    trust.value = got.trust
    const full = !write('ly.gate.trust', got.trust) || (!got.refused && !write('ly.gate.list', got.kept))
    return got.refused ?? (full ? 'full' : '')
  }

  // A person has compared the new key with a paper.
  function acceptKey(): void {
    trust.value = believe(trust.value)
    write('ly.gate.trust', trust.value)
    if (kept.value) kept.value.keys = trust.value.keys
    void refresh()
  }

  // tick notes how long the page ran: a clock that moves by itself, forward or back, is found out.
  function tick(now: number): void {
    const since = performance.now() - ran
    ran += since
    if (!kept.value) return
    kept.value = newest(kept.value, read('ly.gate.list'), trust.value, now)
    passed(kept.value, now, since)
    write('ly.gate.list', kept.value)
  }

  // A person has compared the clock with another one.
  function clockRight(): void {
    if (!kept.value) return
    tick(Date.now())
    kept.value.drift = 0
    write('ly.gate.list', kept.value)
  }

  function settle(at: Spot): void {
    spot.value = at
    write('ly.gate.spot', at)
  }

  function today(now: number): number {
    return count.value.day === new Date(now).toDateString() ? count.value.n : 0
  }

  // note keeps what happened here first, and sends it when there is a network. The id makes it one, however often sent.
  function note(id: string, a: Answer, direction: 'in' | 'out' | 'refused', now: number): void {
    if (!spot.value) return
    const at = spot.value
    line.change((before) => [...before, {
      ...(guard.value ? { account: guard.value } : {}), id, ...(at.point ? { point: at.point } : at.incident ? { incident: at.incident } : {}), place: at.place, gate: at.gate, number: a.number, plate: a.plate, colour: a.colour, verdict: a.verdict, why: a.why, direction,
      listNo: kept.value?.list.no ?? 0, at: new Date(now).toISOString(),
    }])
    if (direction === 'in') count.value = { day: new Date(now).toDateString(), n: today(now) + 1 }
    write('ly.gate.count', count.value)
    if (line.full.value) trouble.value = 'full'
    void refresh()
  }

  async function send(): Promise<void> {
    for (let first = firstOf(queue.value, guard.value); first; first = firstOf(queue.value, guard.value)) {
      const passage = first
      const { id } = passage
      try {
        await take(http.POST('/api/v1/passages', { body: passage }))
      } catch (e) {
        const never = e instanceof ApiError && [400, 404, 409, 422].includes(e.status)
        if (!never) throw e
        aside.change((before) => [...before.filter((p) => p.id !== id), passage]) // shown: a person must look at it
      }
      line.change((before) => before.filter((p) => p.id !== id))
    }
  }

  return { kept, trust, acceptKey, clockRight, spot, queue, others, failed, trouble, refresh, tick, settle, note, today }
}

// keepPages asks the service worker to keep the files of this page.
export async function keepPages(): Promise<void> {
  if (!('serviceWorker' in navigator) || !window.isSecureContext) return
  try {
    await warm()
    await navigator.serviceWorker.register('/sw.js', { scope: '/app/' })
    const ready = await navigator.serviceWorker.ready
    const files = performance.getEntriesByType('resource').map((e) => new URL(e.name)).filter((u) => u.origin === location.origin && u.pathname.startsWith('/assets/'))
    ready.active?.postMessage({ keep: ['/app/', ...new Set(files.map((u) => u.pathname))] })
  } catch {
    // Without it the page works until it is closed.
  }
}
