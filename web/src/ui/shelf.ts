// What a device keeps so that nothing is lost when the network goes or the page is closed. Several pages of it may be open: what one
// keeps, another must not write over.
import { ref, type Ref } from 'vue'

export interface Shelf {
  read<T>(key: string): T | undefined
  write(key: string, value: unknown): boolean
  watch?(key: string, changed: () => void): void // by another page
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
  watch(key, changed) {
    window.addEventListener('storage', (e) => e.key === key && changed())
  },
}

// forgetRead takes away what was read for somebody, names among it, who has signed out: the next person with this device sees none of it.
// What waits to be sent stays, each line bound to who said it.
export function forgetRead(): void {
  try {
    for (const key of Object.keys(localStorage)) if (/^ly\.(.+\.kept|desk\.account)$/.test(key)) localStorage.removeItem(key)
  } catch {
    // What forbids to forget forbade to keep.
  }
}

// keptList is a list that every open page of the device shares: each change begins with what stands on the shelf. Only while
// nothing more can be kept the page goes by what it has.
export function keptList<T>(shelf: Shelf, key: string) {
  const list = ref(shelf.read<T[]>(key) ?? []) as Ref<T[]>
  const full = ref(false)
  function change(how: (now: T[]) => T[]): void {
    list.value = how(full.value ? list.value : (shelf.read<T[]>(key) ?? list.value))
    full.value = !shelf.write(key, list.value)
  }
  shelf.watch?.(key, () => {
    if (!full.value) list.value = shelf.read<T[]>(key) ?? []
  })
  return { list, full, change }
}
