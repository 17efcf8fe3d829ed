import type { FeatureCollection } from 'geojson'
import { shallowRef, watch } from 'vue'
import { readOutline } from './client'

// The outlines around a place: of the counties beside it when it is a county or smaller, else of what it contains.
export function outlineCode(code: string): string {
  return code.length >= 4 ? code.slice(0, 2) : code
}

export function useOutline(code: () => string | undefined) {
  const outline = shallowRef<FeatureCollection>()
  const failed = shallowRef(false)
  watch(
    code,
    async (c) => {
      if (!c) return
      try {
        outline.value = await readOutline(outlineCode(c))
        failed.value = false
      } catch {
        failed.value = true
      }
    },
    { immediate: true },
  )
  return { outline, failed }
}
