import { onBeforeUnmount, shallowRef, watch } from 'vue'
import { ApiError } from '../api/http'
import type { Site } from '../api/types'
import { coalesce } from '../live/coalesce'
import { useLive } from '../live/store'
import { readSite } from './client'

// The order of the site of an incident, read again when somebody changes it or a gate notes a passage.
export function useSite(incident: () => string | undefined) {
  const live = useLive()
  const site = shallowRef<Site>()
  const trouble = shallowRef<ApiError>()
  let turn = 0
  async function load() {
    const mine = ++turn
    const id = incident()
    if (!id) return
    try {
      const got = await readSite(id)
      if (mine !== turn) return
      site.value = got
      trouble.value = undefined
    } catch (e) {
      if (mine === turn) trouble.value = e instanceof ApiError ? e : new ApiError(0, {})
    }
  }
  function put(s: Site) {
    turn++
    site.value = s
  }
  watch(incident, () => {
    site.value = undefined
    trouble.value = undefined
    void load()
  }, { immediate: true })
  const again = coalesce(load, 300)
  const stop = live.listen({ change: (c) => (c.kind === 'site' || c.kind === 'pass') && again(), resync: again })
  onBeforeUnmount(() => {
    turn++
    again.stop()
    stop()
  })
  return { site, trouble, load, put }
}
