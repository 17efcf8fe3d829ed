import { ref, shallowRef } from 'vue'
import type { Place } from '../api/types'

const waitMs = 200

// above is what stands over a place, by which equal names are told apart; nothing for a province.
export function above(p: Place): string {
  return p.full.endsWith(p.name) ? p.full.slice(0, -p.name.length) : p.full
}

// usePlaceSearch asks once for what is typed in a row, and drops a late answer to an earlier question.
export function usePlaceSearch(find: (q: string) => Promise<Place[]>, start: Place[]) {
  const options = shallowRef<Place[]>(start)
  const loading = ref(false)
  const failed = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let turn = 0

  function search(typed: string): void {
    clearTimeout(timer)
    const q = typed.trim()
    if (q) timer = setTimeout(() => void ask(q), waitMs)
  }
  async function ask(q: string): Promise<void> {
    const mine = ++turn
    loading.value = true
    try {
      const found = await find(q)
      if (mine !== turn) return
      options.value = found
      failed.value = false
    } catch {
      if (mine === turn) failed.value = true
    } finally {
      if (mine === turn) loading.value = false
    }
  }
  function stop(): void {
    clearTimeout(timer)
    turn++
  }
  return { options, loading, failed, search, stop }
}
