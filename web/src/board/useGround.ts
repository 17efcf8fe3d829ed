import { onBeforeUnmount, ref, shallowRef, watch, type Ref } from 'vue'
import type { IncidentMap } from '../api/types'
import { coalesce } from '../live/coalesce'
import { useLive } from '../live/store'
import type { Box } from '../ui/map/types'
import { readMap } from './client'

const restMs = 150 // a view that is still being moved is not asked for
const changeMs = 2_000 // changes that come by the dozen are one
const kinds = ['need', 'offer', 'party', 'point', 'mission', 'sector', 'pass', 'site', 'incident']

// What the map of an incident shows in the view it has come to rest in, kept up to date.
export function useGround(id: Ref<string>) {
  const live = useLive()
  const data = shallowRef<IncidentMap>()
  const failed = ref(false)
  const view = shallowRef<Box>()
  let zoom = 0
  let turn = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function load(): Promise<void> {
    if (!view.value || !id.value) return
    const mine = ++turn
    try {
      const got = await readMap(id.value, view.value, zoom)
      if (mine !== turn) return
      data.value = got
      failed.value = false
    } catch {
      if (mine === turn) failed.value = true // what was drawn stays
    }
  }
  function look(box: Box, z: number): void {
    view.value = box
    zoom = z
    clearTimeout(timer)
    timer = setTimeout(() => void load(), restMs)
  }
  const again = coalesce(load, changeMs)
  const stop = live.listen({ change: (c) => kinds.includes(c.kind) && again(), gone: (g) => kinds.includes(g.kind) && again(), resync: again })
  watch(id, () => {
    data.value = undefined
    void load()
  })
  onBeforeUnmount(() => {
    turn++
    clearTimeout(timer)
    again.stop()
    stop()
  })
  return { data, failed, view, look, load }
}
