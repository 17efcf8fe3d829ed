import { onBeforeUnmount, reactive, ref, shallowRef, watch, type Ref } from 'vue'
import { ApiError } from '../api/http'
import type { Page } from '../api/types'
import { Meanwhile } from './meanwhile'
import { applyChange, applyGone, emptyRows, learn, type LiveRow, type Rows, type RowRules } from './rows'
import { useLive } from './store'

export interface ListSource<T extends LiveRow> extends RowRules<T> {
  kind: string
  query: Ref<string> // anything that makes it another list
  fetch: (cursor: string) => Promise<Page<T>>
  counts?: () => Promise<Record<string, number>>
}

const recountMs = 3_000

export function useLiveList<T extends LiveRow>(source: ListSource<T>) {
  const live = useLive()
  const rows = reactive(emptyRows<T>()) as Rows<T>
  const next = ref('')
  const loading = ref(false)
  const ready = ref(false)
  const error = shallowRef<ApiError>()
  const readAt = ref(0)
  const meanwhile = new Meanwhile()
  let turn = 0
  let recountTimer: ReturnType<typeof setTimeout> | undefined

  async function load(): Promise<void> {
    const mine = ++turn
    loading.value = true
    meanwhile.forget()
    try {
      const page = await source.fetch('')
      if (mine !== turn) return
      rows.items = page.items ?? []
      rows.arrivals.clear()
      rows.gone.clear()
      rows.known.clear()
      learn(rows, rows.items, source.stateOf)
      rows.counts = { ...page.counts }
      next.value = page.next ?? ''
      error.value = undefined
      ready.value = true
      readAt.value = Date.now()
      if (meanwhile.tell()) recountSoon()
    } catch (e) {
      if (mine === turn) error.value = e instanceof ApiError ? e : new ApiError(0, {})
    } finally {
      if (mine === turn) loading.value = false
    }
  }

  async function more(): Promise<void> {
    if (!next.value || loading.value) return
    const mine = turn
    loading.value = true
    meanwhile.forget()
    try {
      const page = await source.fetch(next.value)
      if (mine !== turn) return
      const have = new Set(rows.items.map((r) => r.id))
      const fresh = (page.items ?? []).filter((r) => !have.has(r.id))
      rows.items.push(...fresh)
      for (const r of fresh) rows.arrivals.delete(r.id)
      learn(rows, fresh, source.stateOf)
      if (meanwhile.tell()) recountSoon()
      next.value = page.next ?? ''
    } catch (e) {
      if (mine === turn) error.value = e instanceof ApiError ? e : new ApiError(0, {})
    } finally {
      if (mine === turn) loading.value = false
    }
  }

  // What this page itself has just changed, from the answer of the server.
  function put(row: T): void {
    const at = rows.items.findIndex((r) => r.id === row.id)
    if (at >= 0 && rows.items[at]!.version > row.version) return
    const before = rows.known.get(row.id)
    const state = source.stateOf(row)
    if (before !== undefined && before !== state) {
      rows.counts[before] = Math.max(0, (rows.counts[before] ?? 0) - 1)
      rows.counts[state] = (rows.counts[state] ?? 0) + 1
    }
    rows.known.set(row.id, state)
    if (at >= 0) rows.items[at] = row
  }

  function recountSoon(): void {
    if (!source.counts || recountTimer) return
    recountTimer = setTimeout(async () => {
      recountTimer = undefined
      try {
        rows.counts = await source.counts!()
      } catch {
        // The next change asks again.
      }
    }, recountMs)
  }

  const stopListening = live.listen({
    change(c) {
      if (c.kind !== source.kind) return
      const tell = () => void (applyChange(rows, c, source) && recountSoon())
      if (loading.value) meanwhile.keep(tell)
      if (ready.value) tell()
    },
    gone(g) {
      if (g.kind !== source.kind) return
      const tell = () => applyGone(rows, g.id)
      if (loading.value) meanwhile.keep(tell)
      tell()
    },
    resync: () => void load(),
  })
  watch(source.query, () => {
    ready.value = false
    void load()
  })
  void load()
  onBeforeUnmount(() => {
    turn++
    clearTimeout(recountTimer)
    stopListening()
  })

  return { rows, next, loading, ready, error, readAt, load, more, put }
}
