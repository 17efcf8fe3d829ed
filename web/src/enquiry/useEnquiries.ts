import { onBeforeUnmount, ref, shallowRef, watch, type WatchSource } from 'vue'
import { ApiError } from '../api/http'
import { coalesce } from '../live/coalesce'
import { useLive } from '../live/store'

// useEnquiries reads what a page of enquiries shows, and reads it again when one of them has changed.
export function useEnquiries<T>(read: () => Promise<T> | undefined, on?: WatchSource[]) {
  const got = shallowRef<T>()
  const trouble = shallowRef<ApiError>()
  const readAt = ref(0)
  let turn = 0

  async function load(): Promise<void> {
    const mine = ++turn
    const asked = read()
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
  if (on) {
    watch(on, () => {
      got.value = undefined
      trouble.value = undefined
      void load()
    }, { immediate: true })
  } else void load()
  const again = coalesce(load, 300)
  const stop = useLive().listen({ change: (c) => c.kind === 'enquiry' && again(), gone: (g) => g.kind === 'enquiry' && again(), resync: again })
  onBeforeUnmount(() => {
    turn++
    again.stop()
    stop()
  })
  return { got, trouble, readAt, load }
}
