import { computed, onBeforeUnmount, shallowRef, type ComputedRef } from 'vue'
import { useSession } from '../access/session'
import { keepPages } from '../pass/gate'
import { localShelf } from '../ui/shelf'
import { useLiveRead } from './useLiveRead'

interface Kept<T> { account: string; at: number; what: T }
const again_ms = 30_000

// useKeptRead is useLiveRead for a page of somebody's own that must open without network: the device keeps what was read last,
// for this account alone, and shows it with its age while nothing can be read.
export function useKeptRead<T>(key: string, source: { kinds: string[]; read: () => Promise<T> }) {
  const session = useSession()
  const kept = shallowRef(localShelf.read<Kept<T>>(key))
  // Without network nobody has signed in on this page yet: it is whoever used it last.
  const account = computed(() => session.me?.account.id ?? (session.unreachable ? (kept.value?.account ?? '') : ''))
  const mine = computed(() => (kept.value && kept.value.account === account.value ? kept.value : undefined))

  function keep(what: T, at: number): void {
    kept.value = { account: account.value, at, what }
    localShelf.write(key, kept.value)
  }
  const { got, trouble, readAt: gotAt, load, again } = useLiveRead({
    kinds: source.kinds,
    read: async () => {
      const who = account.value
      const now = await source.read()
      if (who && who === account.value) keep(now, Date.now())
      return now
    },
  })
  const shown: ComputedRef<T | undefined> = computed(() => got.value ?? (trouble.value?.offline ? mine.value?.what : undefined))
  const readAt = computed(() => (got.value ? gotAt.value : (mine.value?.at ?? 0)))

  // A page that was opened without network asks who uses it as soon as there is one.
  async function back(): Promise<void> {
    if (!session.me) await session.ask()
    await load()
  }
  const timer = setInterval(() => trouble.value && void back(), again_ms)
  const onOnline = () => void back()
  window.addEventListener('online', onOnline)
  void keepPages()
  onBeforeUnmount(() => {
    clearInterval(timer)
    window.removeEventListener('online', onOnline)
  })
  function put(what: T): void {
    got.value = what
    keep(what, gotAt.value)
  }
  return { shown, trouble, readAt, load: back, again, put }
}
