import { nextTick, onScopeDispose, watch } from 'vue'
import { useRoute } from 'vue-router'

// useShown brings into view what a link leads to (`at` in the address) on a page whose records all stand open, once it is there.
// reveal is asked first: what is folded away is unfolded.
export function useShown(rows: () => { id: string }[] | undefined, reveal: (id: string) => void = () => undefined): void {
  const route = useRoute()
  const here = route.path
  const wanted = () => (route.path === here && typeof route.query.at === 'string' && rows()?.some((r) => r.id === route.query.at) ? route.query.at : '')
  let gone = false
  onScopeDispose(() => (gone = true))
  watch(wanted, async (id) => {
    if (!id) return
    reveal(id)
    await nextTick()
    if (!gone) document.getElementById(`at-${id}`)?.scrollIntoView({ block: 'center' })
  }, { immediate: true })
}
