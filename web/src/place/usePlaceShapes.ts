import type { Feature } from 'geojson'
import { shallowRef, watch } from 'vue'
import type { Place } from '../api/types'
import { readOutline } from './client'

// The code of what a place stands in: its outlines have that of the place. A province has no outline of its own.
export function parentCode(path: string): string | undefined {
  return path.split('/').filter(Boolean).at(-2)
}

// The bundled outlines of places, by code, as they come in; of a town or a village there is none.
export function usePlaceShapes(places: () => Pick<Place, 'code' | 'path'>[]) {
  const shapes = shallowRef(new Map<string, Feature>())
  watch(
    () => places().map((p) => p.path).sort().join(' '),
    async () => {
      for (const p of places()) {
        const parent = parentCode(p.path)
        if (!parent || shapes.value.has(p.code)) continue
        const sheet = await readOutline(parent).catch(() => undefined)
        const shape = sheet?.features.find((f) => f.properties?.code === p.code)
        if (shape?.geometry) shapes.value = new Map(shapes.value).set(p.code, shape)
      }
    },
    { immediate: true },
  )
  return shapes
}
