import 'maplibre-gl/dist/maplibre-gl.css'
import { Map as GlMap, Marker, ScaleControl, setWorkerUrl, type GeoJSONSource, type StyleSpecification } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import type { FeatureCollection } from 'geojson'
import { circle, labelPoints, outsideCount, zoneNames } from './geo'
import { onceAPicture, settleNames } from './names'
import { pinSvg, symbolImage } from './symbols'
import type { Box, MapEngine, MapHandlers, MapMark, MapTone, MapWords } from './types'
import { growth, nameSize, paints, scaleWidth } from './tone'

setWorkerUrl(workerUrl) // without it the map stays blank

const empty: FeatureCollection = { type: 'FeatureCollection', features: [] }

const styleOf = (tone: MapTone): StyleSpecification => ({
  version: 8,
  sources: {
    outline: { type: 'geojson', data: empty },
    names: { type: 'geojson', data: empty },
    rings: { type: 'geojson', data: empty },
    zones: { type: 'geojson', data: empty },
    zoneNames: { type: 'geojson', data: empty },
    areas: { type: 'geojson', data: empty },
    marks: {
      type: 'geojson', data: empty, cluster: true, clusterRadius: 26, clusterMaxZoom: 15,
      clusterProperties: { worst: ['min', ['get', 'severity']], total: ['+', ['get', 'count']] },
    },
    chosen: { type: 'geojson', data: empty },
  },
  layers: [
    { id: 'ground', type: 'background', paint: { 'background-color': paints[tone].ground } },
    { id: 'land', type: 'fill', source: 'outline', paint: { 'fill-color': paints[tone].land } },
    { id: 'border', type: 'line', source: 'outline', paint: { 'line-color': paints[tone].border, 'line-width': 1 } },
    { id: 'meant', type: 'line', source: 'outline', filter: ['to-boolean', ['get', 'meant']], paint: { 'line-color': paints[tone].meant, 'line-width': 2 } },
    { id: 'areas', type: 'line', source: 'areas', paint: { 'line-color': paints[tone].area, 'line-width': 1.6, 'line-dasharray': [4, 3] } },
    { id: 'zone-fill', type: 'fill', source: 'zones', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': ['match', ['get', 'kind'], 'draft', '#0b6b66', '#14211f'], 'fill-opacity': ['match', ['get', 'kind'], 'control', 0.05, 0.12] } },
    { id: 'zone-line', type: 'line', source: 'zones', filter: ['!=', ['geometry-type'], 'Point'], paint: { 'line-color': ['match', ['get', 'kind'], 'draft', '#0b6b66', '#14211f'], 'line-width': ['match', ['get', 'kind'], 'control', 1, 2] } },
    { id: 'zone-point', type: 'circle', source: 'zones', filter: ['==', ['geometry-type'], 'Point'], paint: { 'circle-radius': 5, 'circle-color': '#ffffff', 'circle-stroke-width': 2, 'circle-stroke-color': ['match', ['get', 'kind'], 'draft', '#0b6b66', '#14211f'] } },
    {
      id: 'zone-names', type: 'symbol', source: 'zoneNames',
      layout: { 'text-field': ['get', 'name'], 'text-size': 12, 'text-offset': ['case', ['get', 'below'], ['literal', [0, 1.2]], ['literal', [0, -1]]] },
      paint: { 'text-color': '#14211f', 'text-halo-color': '#ffffff', 'text-halo-width': 2 },
    },
    { id: 'ring-fill', type: 'fill', source: 'rings', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': paints[tone].area, 'fill-opacity': 0.06 } },
    { id: 'ring-line', type: 'line', source: 'rings', paint: { 'line-color': paints[tone].meant, 'line-width': 1, 'line-dasharray': [3, 2] } },
    {
      id: 'names', type: 'symbol', source: 'names',
      layout: { 'text-field': ['get', 'name'], 'text-size': nameSize(tone) },
      paint: { 'text-color': paints[tone].name, 'text-halo-color': paints[tone].land, 'text-halo-width': 1.5 },
    },
    {
      id: 'marks', type: 'symbol', source: 'marks',
      layout: {
        'icon-image': ['concat', 'need:', ['to-string', ['coalesce', ['get', 'worst'], ['get', 'severity']]], ':', ['to-string', ['coalesce', ['get', 'total'], ['get', 'count']]], ':0'],
        'icon-allow-overlap': true,
        'icon-size': growth(tone),
      },
    },
    {
      id: 'chosen', type: 'symbol', source: 'chosen',
      layout: { 'icon-image': ['concat', 'need:', ['to-string', ['get', 'severity']], ':1:1'], 'icon-allow-overlap': true, 'icon-size': growth(tone) },
    },
  ],
})

export function createEngine(box: HTMLElement, words: MapWords, on: MapHandlers, tone: MapTone = 'light'): MapEngine {
  const map = new GlMap({
    container: box,
    style: styleOf(tone),
    center: [107, 30],
    zoom: 6,
    maxZoom: 18,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    fadeDuration: 120,
    localIdeographFontFamily: "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif",
    locale: { 'Map.Title': words.canvas, 'ScaleControl.Kilometers': words.kilometres, 'ScaleControl.Meters': words.metres },
  })
  map.touchZoomRotate.disableRotation()
  map.addControl(new ScaleControl({ maxWidth: scaleWidth(tone) }), 'bottom-right')
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches
  let marks: MapMark[] = []
  let pin: Marker | undefined
  const notes: Marker[] = []
  const things: Marker[] = []
  const note = (text: string, lon: number, lat: number, offset: [number, number]) => {
    const el = document.createElement('span')
    el.className = 'map-note'
    el.textContent = text
    notes.push(new Marker({ element: el, offset }).setLngLat([lon, lat]).addTo(map))
  }
  let pinRing: FeatureCollection['features'] = []
  let markRings: FeatureCollection['features'] = []

  let ready = false
  const waiting: (() => void)[] = []
  const whenReady = (fn: () => void) => (ready ? fn() : void waiting.push(fn))
  map.on('load', () => {
    ready = true
    for (const fn of waiting.splice(0)) fn()
  })
  const source = (id: string) => map.getSource(id) as GeoJSONSource
  const drawRings = () => source('rings').setData({ type: 'FeatureCollection', features: [...markRings, ...pinRing] })

  map.setMissingStyleImageResolver((id) => {
    const [what, severity, count, chosen] = id.split(':')
    if (what === 'need' && !map.hasImage(id)) {
      map.addImage(id, symbolImage(Number(severity), Number(count), chosen === '1', 2), { pixelRatio: 2 })
    }
  })
  const bounds = (): Box => {
    const b = map.getBounds()
    return [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()]
  }
  const countOutside = () => on.outside?.(outsideCount(marks, bounds()))
  const settled = onceAPicture(() => settleNames(box, marks.map((m) => map.project([m.lon, m.lat])), growth(tone)))
  const rested = () => {
    countOutside()
    settled()
    on.view?.(bounds(), map.getZoom())
  }
  map.on('moveend', rested)
  map.on('resize', rested)
  map.on('load', rested)
  map.on('click', (e) => {
    const hit = ready ? map.queryRenderedFeatures(e.point, { layers: ['marks', 'chosen'] })[0] : undefined
    if (hit?.properties?.cluster || (hit?.properties?.count ?? 1) > 1) {
      map.easeTo({ center: e.lngLat, zoom: map.getZoom() + 2, animate: !still })
    } else if (hit?.properties?.id && !on.pick) on.select?.(String(hit.properties.id))
    else on.pick?.(e.lngLat.lng, e.lngLat.lat)
  })
  map.on('mousemove', (e) => {
    if (!ready) return
    const over = map.queryRenderedFeatures(e.point, { layers: ['marks', 'chosen'] }).length > 0
    map.getCanvas().style.cursor = over ? 'pointer' : on.pick ? 'crosshair' : ''
  })

  return {
    setOutline: (outline) =>
      whenReady(() => {
        source('outline').setData(outline ?? empty)
        source('names').setData(labelPoints(outline))
      }),
    setMarks: (next, selected, join) =>
      whenReady(() => {
        marks = next
        const feature = (m: MapMark) => ({
          type: 'Feature' as const,
          properties: { id: m.id, severity: m.severity, count: m.count ?? 1 },
          geometry: { type: 'Point' as const, coordinates: [m.lon, m.lat] },
        })
        source('marks').setData({ type: 'FeatureCollection', features: next.filter((m) => m.id !== selected).map(feature) })
        source('chosen').setData({ type: 'FeatureCollection', features: next.filter((m) => m.id === selected).map(feature) })
        markRings = next.filter((m) => m.accuracy).map((m) => circle(m.lon, m.lat, m.accuracy!))
        for (const n of notes.splice(0)) n.remove()
        const [a, b] = next
        if (join && a && b) {
          markRings.push({ type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: [[a.lon, a.lat], [b.lon, b.lat]] } })
          note(join, (a.lon + b.lon) / 2, (a.lat + b.lat) / 2, [0, 28])
          for (const m of [a, b]) note(m.label ?? '', m.lon, m.lat, [0, m.id === selected ? -34 : -24])
        }
        drawRings()
        countOutside()
        settled()
      }),
    setZones: (zones) =>
      whenReady(() => {
        source('zones').setData(zones ?? empty)
        source('zoneNames').setData(zoneNames(zones))
      }),
    setThings: (next) =>
      whenReady(() => {
        for (const m of things.splice(0)) m.remove()
        for (const x of next) {
          const marker = new Marker({ element: x.element, draggable: !!x.drag }).setLngLat([x.lon, x.lat]).addTo(map)
          const say = (done: boolean) => () => x.drag?.(marker.getLngLat().lng, marker.getLngLat().lat, done)
          marker.on('drag', say(false))
          marker.on('dragend', say(true))
          things.push(marker)
        }
        settled()
      }),
    setAreas: (areas) => whenReady(() => source('areas').setData(areas ?? empty)),
    setPin: (at) =>
      whenReady(() => {
        pin?.remove()
        pin = undefined
        pinRing = []
        if (at) {
          const el = document.createElement('div')
          el.innerHTML = pinSvg
          pin = new Marker({ element: el, anchor: 'bottom' }).setLngLat([at.lon, at.lat]).addTo(map)
          if (at.accuracy > 0) pinRing = [circle(at.lon, at.lat, at.accuracy)]
        }
        drawRings()
      }),
    goTo: (lon, lat, zoom) => whenReady(() => map.jumpTo({ center: [lon, lat], zoom })),
    reveal: (lon, lat) =>
      whenReady(() => {
        if (!map.getBounds().contains([lon, lat])) map.easeTo({ center: [lon, lat], animate: !still, duration: 120 })
      }),
    fit: (b: Box, maxZoom) => whenReady(() => map.fitBounds([[b[0], b[1]], [b[2], b[3]]], { padding: 48, maxZoom, animate: false })),
    zoomBy: (steps) => map.zoomTo(map.getZoom() + steps, { animate: !still, duration: 120 }),
    resize: () => map.resize(),
    destroy: () => {
      settled.stop()
      map.remove()
    },
  }
}
