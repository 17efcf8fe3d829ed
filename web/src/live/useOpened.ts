import { onBeforeUnmount, ref, shallowRef, watch, type Ref } from 'vue'
import { useSession } from '../access/session'
import { ApiError } from '../api/http'
import { useLive } from './store'

interface Record {
  id: string
  version: number
}

const restMs = 80

// useOpened reads the record that is selected in a list and keeps it fresh. Arrow keys may run over many rows: only the
// one they rest on is read. changedBy names who else has changed it under the reader's eyes.
export function useOpened<T extends Record>(kind: string, selected: Ref<string>, read: (id: string) => Promise<T>, shown?: (d: T) => void) {
  const session = useSession()
  const detail = shallowRef<T>()
  const trouble = shallowRef<ApiError>()
  const changedBy = ref('')
  let turn = 0
  let rest: ReturnType<typeof setTimeout> | undefined

  // The answer to one's own step may come after somebody's next step was read: the older of the two is left aside.
  function put(d: T): void {
    if (detail.value?.id === d.id && d.version < detail.value.version) return
    turn++
    detail.value = d
    shown?.(d)
  }
  async function open(id: string): Promise<void> {
    const mine = ++turn
    if (detail.value?.id !== id) detail.value = undefined
    trouble.value = undefined
    if (!id) return
    try {
      const got = await read(id)
      if (mine === turn) put(got)
    } catch (e) {
      if (mine !== turn) return
      trouble.value = e instanceof ApiError ? e : new ApiError(0, {})
      // What has left our sight is taken away; through any other trouble it stays, with what was begun on it.
      if (trouble.value.status === 404) detail.value = undefined
    }
  }
  const again = () => open(selected.value)

  watch(selected, (id, before) => {
    clearTimeout(rest)
    changedBy.value = ''
    if (before === undefined) void open(id)
    else rest = setTimeout(() => void open(id), restMs)
  }, { immediate: true })
  const stop = useLive().listen({
    change(c) {
      if (c.kind !== kind || c.id !== selected.value || (detail.value && c.version <= detail.value.version)) return
      if (detail.value) changedBy.value = session.isMe(c.by) ? '' : c.by // otherwise it is being read, and what comes may be older
      void again()
    },
    gone: (g) => g.kind === kind && g.id === selected.value && void again(),
    resync: () => void again(),
  })
  onBeforeUnmount(() => {
    turn++
    clearTimeout(rest)
    stop()
  })
  return { detail, trouble, changedBy, again, put }
}
