import { onScopeDispose, ref, type Ref } from 'vue'
import { useRouter } from 'vue-router'

// What somebody looks for among people, a name or a number, stands beside the address in its entry of the history and not in
// it: addresses end up in the logs of front proxies. Back, forward and reload find it there all the same.
export function soughtNow(): string {
  const state = window.history.state as { sought?: unknown } | null
  return typeof state?.sought === 'string' ? state.sought : ''
}

export function useSought(): Ref<string> {
  const sought = ref(soughtNow())
  onScopeDispose(useRouter().afterEach(() => {
    sought.value = soughtNow()
  }))
  return sought
}

// The header in which it travels.
export function soughtHeader(text: string): { header?: { Search: string } } {
  return text ? { header: { Search: encodeURIComponent(text) } } : {}
}
