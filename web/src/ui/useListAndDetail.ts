import { computed, onBeforeUnmount, onMounted, watch } from 'vue'
import { useRoute, useRouter, type LocationQueryRaw } from 'vue-router'
import { overlayOpen } from './overlay'
import { soughtNow } from './sought'
import { useNarrow } from './useNarrow'

type Change = Record<string, string | undefined>

interface Choice {
  selected?: () => string // the row that is open, where that is not the id in the address
  pick?: (id: string) => void
}
interface Walk extends Choice {
  key?: (e: KeyboardEvent, on: HTMLElement) => boolean // any other key; whether it was of use
}

// useListAndDetail keeps in the address what a page of list and detail shows, so that a link leads to the same and Back
// undoes a step: the tab under `by`, the selected row under `id`. The first tab is what the page opens with. On a phone
// the detail stands over the list, and picking one is a step of its own.
export function useListAndDetail<K extends string = string>(tabs: readonly K[] = [], by = 'state') {
  const route = useRoute()
  const router = useRouter()
  const narrow = useNarrow()

  const param = (key: string): string => (typeof route.query[key] === 'string' ? route.query[key] : '')
  const selected = computed(() => param('id'))
  const tab = computed<K>({
    get: () => tabs.find((x) => x === param(by)) ?? tabs[0]!,
    set: (key) => choose(key),
  })

  // Another tab is the whole of it: what a figure had narrowed it to is left.
  const choose = (key: string): void => go({ [by]: key === tabs[0] ? undefined : key, id: undefined, figure: undefined, incident: undefined, sector: undefined })

  // sought: what is looked for from now on, when that changes; the address may stay the same.
  function go(change: Change, replace = false, sought?: string): void {
    const query: LocationQueryRaw = { ...route.query, ...change }
    for (const k of Object.keys(query)) if (!query[k]) delete query[k]
    const to = { query, state: { sought: sought ?? soughtNow() }, force: sought !== undefined }
    void (replace ? router.replace(to) : router.push(to))
  }
  const pick = (id: string): void => go({ id }, !narrow.value)
  const leave = (): void => go({ id: undefined })

  // The arrow keys go from row to row.
  function walk(rows: () => { id: string }[], by: Walk = {}): void {
    function onKey(e: KeyboardEvent): void {
      const on = e.target as HTMLElement
      if (e.ctrlKey || e.metaKey || e.altKey || overlayOpen()) return
      if (/^(INPUT|TEXTAREA|SELECT)$/.test(on.tagName) || on.isContentEditable) return
      if (e.key !== 'ArrowDown' && e.key !== 'ArrowUp') {
        if (by.key?.(e, on)) e.preventDefault()
        return
      }
      const all = rows()
      // The arrows of a map move the map.
      if (!all.length || on.closest('[role=application]')) return
      e.preventDefault()
      const is = by.selected?.() ?? selected.value
      const i = all.findIndex((r) => r.id === is)
      const next = all[i < 0 ? 0 : i + (e.key === 'ArrowDown' ? 1 : -1)]
      if (next) (by.pick ?? pick)(next.id)
    }
    onMounted(() => window.addEventListener('keydown', onKey))
    onBeforeUnmount(() => window.removeEventListener('keydown', onKey))
  }

  // Where opening has no consequence, a wide screen opens with the first row. `rows` says nothing until they are those that
  // the address asks for. A page that is being left sees the address of the next one, and must not write into it.
  function openFirst(rows: () => { id: string }[] | undefined, by: Choice = {}): void {
    const here = route.path
    const first = () => (narrow.value || route.path !== here || (by.selected?.() ?? selected.value) ? '' : (rows()?.[0]?.id ?? ''))
    watch(first, (id) => id && (by.pick ?? pick)(id), { immediate: true })
  }

  return { narrow, param, selected, tab, choose, go, pick, leave, walk, openFirst }
}
