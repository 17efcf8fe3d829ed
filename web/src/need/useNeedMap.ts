import { computed, onBeforeUnmount, ref, shallowRef, watch, type Ref } from 'vue'
import type { NeedMap } from '../api/types'
import type { Box, MapMark } from '../ui/map/types'
import { mapNeeds, type NeedFilter } from './client'

const restMs = 150 // a view that is still being moved is not asked for
const changeMs = 2_000 // changes that come by the dozen are one

// The needs of a part of the map, by the filter of the list: the server shows them one by one or gathers them in clusters.
export function useNeedMap(filter: Ref<NeedFilter>) {
  const data = shallowRef<NeedMap>()
  const failed = ref(false)
  const extent = shallowRef<Box>() // of all needs of the filter, as it was first answered
  let asked = ''
  let view: { box: Box; zoom: number } | undefined
  let turn = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let changes: ReturnType<typeof setTimeout> | undefined

  async function load() {
    if (!view) return
    const mine = ++turn
    const key = JSON.stringify(filter.value)
    try {
      const got = await mapNeeds({ ...filter.value, ...viewQuery(view.box, view.zoom) })
      if (mine !== turn) return
      data.value = got
      failed.value = false
      if (key !== asked && got.extent) extent.value = [got.extent.west, got.extent.south, got.extent.east, got.extent.north]
      asked = key
    } catch {
      if (mine === turn) failed.value = true // the marks of before stay
    }
  }
  function soon() {
    clearTimeout(timer)
    timer = setTimeout(() => void load(), restMs)
  }
  function look(box: Box, zoom: number) {
    view = { box, zoom }
    soon()
  }
  function changed() {
    changes ??= setTimeout(() => {
      changes = undefined
      void load()
    }, changeMs)
  }
  watch(filter, soon, { deep: true })
  onBeforeUnmount(() => {
    turn++
    clearTimeout(timer)
    clearTimeout(changes)
  })

  const marks = computed(() => marksOf(data.value))
  const beyond = computed(() => (data.value ? data.value.total - data.value.inside : 0))
  return { marks, beyond, extent, failed, look, changed }
}

// The globe ends where the server's does, and a view turned about itself is the whole of it.
export function viewQuery(box: Box, zoom: number) {
  const [west, south, east, north] = box
  const whole = east - west >= 360
  const clamp = (x: number, most: number) => Math.min(Math.max(x, -most), most)
  return {
    west: whole ? -180 : clamp(west, 180), south: clamp(south, 90),
    east: whole ? 180 : clamp(east, 180), north: clamp(north, 90),
    zoom: Math.round(Math.min(Math.max(zoom, 0), 24) * 10) / 10,
  }
}

export function marksOf(data: NeedMap | undefined): MapMark[] {
  if (!data) return []
  return [
    ...data.points.map((p) => ({ id: p.id, lon: p.lon, lat: p.lat, severity: p.severity, label: p.title })),
    ...data.clusters.map((c) => ({ id: `cluster:${c.lon},${c.lat}`, lon: c.lon, lat: c.lat, severity: c.severity, count: c.count })),
  ]
}
