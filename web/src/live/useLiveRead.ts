import { onBeforeUnmount, ref, shallowRef, watch, type WatchSource } from 'vue'
import { ApiError } from '../api/http'
import { coalesce } from './coalesce'
import { useLive } from './store'

export interface Reading<T> {
  kinds: string[] // whose changes make it worth reading again
  only?: (x: { kind: string; id: string }, got: T | undefined) => boolean // of these, where not each of them does
  of?: WatchSource[] // anything that makes it another answer: what was read before is taken away at once
  read: () => Promise<T> | undefined // undefined while there is nothing to ask about
  waitMs?: number
}

// useLiveRead reads what a page shows in one answer, and reads it again when something in it has changed. What was read
// stays on the page when a later reading fails, with the trouble beside it.
export function useLiveRead<T>(source: Reading<T>) {
  const got = shallowRef<T>()
  const trouble = shallowRef<ApiError>()
  const readAt = ref(0)
  let turn = 0

  async function load(): Promise<void> {
    const mine = ++turn
    const asked = source.read()
    if (!asked) return
    try {
      const now = await asked
      if (mine !== turn) return
      got.value = now
      readAt.value = Date.now()
      trouble.value = undefined
    } catch (e) {
      if (mine === turn) trouble.value = e instanceof ApiError ? e : new ApiError(0, {})
    }
  }
  watch(source.of ?? [], () => {
    got.value = undefined
    trouble.value = undefined
    void load()
  })
  void load()
  const again = coalesce(load, source.waitMs ?? 300)
  const concerns = (x: { kind: string; id: string }) => source.kinds.includes(x.kind) && (source.only?.(x, got.value) ?? true) && again()
  const stop = useLive().listen({ change: concerns, gone: concerns, resync: again })
  onBeforeUnmount(() => {
    turn++
    again.stop()
    stop()
  })
  return { got, trouble, readAt, load, again }
}
