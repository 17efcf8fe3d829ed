// The map of machines without WebGL: the same drawing, slower, with plain SVG.
import 'leaflet/dist/leaflet.css'
import L from 'leaflet'
import { gridClusters, labelPoints, outsideCount, zoneNames } from './geo'
import { onceAPicture, settleNames } from './names'
import { pinSvg, symbolSize, symbolSvg } from './symbols'
import { growth, nameSize, paints, scaleWidth } from './tone'
import type { Box, MapEngine, MapHandlers, MapMark, MapTone, MapWords } from './types'

const maxSymbols = 2000

// Leaflet writes its scale in Latin letters only.
function scaleIn(words: MapWords, maxWidth: number): L.Control {
  const Scale = L.Control.Scale.extend({
    _updateMetric(this: { _getRoundNum(n: number): number; _updateScale(el: unknown, text: string, ratio: number): void; _mScale: unknown }, widest: number) {
      const metres = this._getRoundNum(widest)
      this._updateScale(this._mScale, metres < 1000 ? `${metres} ${words.metres}` : `${metres / 1000} ${words.kilometres}`, metres / widest)
    },
  }) as unknown as new (options: L.Control.ScaleOptions) => L.Control.Scale
  return new Scale({ imperial: false, position: 'bottomright', maxWidth })
}

export function createEngine(box: HTMLElement, words: MapWords, on: MapHandlers, tone: MapTone = 'light'): MapEngine {
  const map = L.map(box, { zoomControl: false, attributionControl: false, maxZoom: 18, zoomSnap: 0.5, preferCanvas: true })
  map.setView([30, 107], 6)
  box.setAttribute('aria-label', words.canvas)
  scaleIn(words, scaleWidth(tone)).addTo(map)
  const outlines = L.layerGroup().addTo(map)
  const names = L.layerGroup().addTo(map)
  const symbols = L.layerGroup().addTo(map)
  const areas = L.layerGroup().addTo(map)
  const things = L.layerGroup().addTo(map)
  const pin = L.layerGroup().addTo(map)
  const zoned = L.layerGroup().addTo(map)
  const ink = paints[tone]
  const grown = growth(tone)
  let marks: MapMark[] = []
  let selected = ''
  let joined = ''
  const note = (text: string, lon: number, lat: number, dy: number) => {
    const span = document.createElement('span')
    span.className = 'map-note'
    span.textContent = text
    L.marker([lat, lon], { icon: L.divIcon({ className: '', html: span, iconSize: [90, 18], iconAnchor: [45, dy] }), interactive: false, keyboard: false }).addTo(symbols)
  }

  const settled = onceAPicture(() => settleNames(box, marks.map((m) => map.latLngToContainerPoint([m.lat, m.lon])), grown))
  const draw = () => {
    symbols.clearLayers()
    const zoom = map.getZoom()
    const groups = gridClusters(marks, (m) => map.project([m.lat, m.lon], zoom), marks.length > 1 ? 26 : 1)
    for (const g of groups.slice(0, maxSymbols)) {
      const first = g.marks.find((m) => m.id === selected) ?? g.marks[0]!
      const chosen = first.id === selected
      const count = g.marks.reduce((sum, m) => sum + (m.count ?? 1), 0)
      const size = symbolSize(count, chosen)
      const icon = L.divIcon({ className: 'map-symbol', html: symbolSvg(g.severity, count, chosen), iconSize: [size * grown, size * grown] })
      const marker = L.marker([first.lat, first.lon], { icon, title: first.label ?? '', keyboard: false })
      marker.on('click', (e) => (count > 1 ? map.setView([first.lat, first.lon], zoom + 2) : on.pick ? on.pick(e.latlng.lng, e.latlng.lat) : on.select?.(first.id)))
      if (first.accuracy) L.circle([first.lat, first.lon], { radius: first.accuracy, color: '#43524f', weight: 1, dashArray: '3 2', fillOpacity: 0.06 }).addTo(symbols)
      marker.addTo(symbols)
    }
    const [from, to] = marks
    if (joined && from && to) {
      L.polyline([[from.lat, from.lon], [to.lat, to.lon]], { color: '#43524f', weight: 1, interactive: false }).addTo(symbols)
      note(joined, (from.lon + to.lon) / 2, (from.lat + to.lat) / 2, -14)
      for (const m of [from, to]) note(m.label ?? '', m.lon, m.lat, 44)
    }
    on.outside?.(outsideCount(marks, bounds()))
    settled()
  }
  const bounds = (): Box => {
    const b = map.getBounds()
    return [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()]
  }
  map.on('zoomend moveend resize', draw)
  const rested = () => on.view?.(bounds(), map.getZoom() - 1) // its world is 256 pixels wide at 0
  map.on('moveend resize', rested)
  map.whenReady(rested)
  map.on('click', (e) => on.pick?.(e.latlng.lng, e.latlng.lat))

  return {
    setOutline(outline) {
      outlines.clearLayers()
      names.clearLayers()
      if (!outline) return
      L.geoJSON(outline, { interactive: false, style: (f) => ({ color: f?.properties?.meant ? ink.meant : ink.border, weight: f?.properties?.meant ? 2 : 1, fillColor: ink.land, fillOpacity: 1 }) }).addTo(outlines)
      for (const f of labelPoints(outline).features) {
        if (f.geometry.type !== 'Point') continue
        const span = document.createElement('span')
        span.textContent = String(f.properties?.name)
        Object.assign(span.dataset, { name: 'fixed', rank: '9' })
        span.style.cssText = `font-size:${nameSize(tone)}px;color:${ink.name};white-space:nowrap`
        L.marker([f.geometry.coordinates[1]!, f.geometry.coordinates[0]!], { icon: L.divIcon({ className: '', html: span }), interactive: false, keyboard: false }).addTo(names)
      }
      settled()
    },
    setMarks(next, chosen, join) {
      joined = join
      marks = next
      selected = chosen
      draw()
    },
    setZones(zones) {
      zoned.clearLayers()
      if (!zones) return
      const line = (kind: unknown) => ({ color: kind === 'draft' ? '#0b6b66' : '#14211f', weight: kind === 'control' ? 1 : 2 })
      L.geoJSON(zones, {
        interactive: false,
        style: (f) => ({ ...line(f?.properties?.kind), fillOpacity: f?.properties?.kind === 'control' ? 0.05 : 0.12 }),
        pointToLayer: (f, at) => L.circleMarker(at, { radius: 5, ...line(f.properties?.kind), fillColor: '#ffffff', fillOpacity: 1, interactive: false }),
      }).addTo(zoned)
      for (const f of zoneNames(zones).features) {
        if (f.geometry.type !== 'Point') continue
        const span = document.createElement('span')
        span.className = 'map-note'
        span.textContent = String(f.properties?.name)
        L.marker([f.geometry.coordinates[1]!, f.geometry.coordinates[0]!], { icon: L.divIcon({ className: '', html: span, iconSize: [120, 18], iconAnchor: [60, f.properties?.below ? -8 : 22] }), interactive: false, keyboard: false }).addTo(zoned)
      }
    },
    setThings(next) {
      things.clearLayers()
      for (const x of next) {
        const marker = L.marker([x.lat, x.lon], { icon: L.divIcon({ className: 'map-thing', html: x.element, iconSize: [0, 0] }), keyboard: false, draggable: !!x.drag }).addTo(things)
        const say = (done: boolean) => () => x.drag?.(marker.getLatLng().lng, marker.getLatLng().lat, done)
        marker.on('drag', say(false)).on('dragend', say(true))
      }
      settled()
    },
    setAreas(next) {
      areas.clearLayers()
      if (next) L.geoJSON(next, { interactive: false, style: { color: ink.area, weight: 1.6, dashArray: '6 5', fill: false } }).addTo(areas)
    },
    setPin(at) {
      pin.clearLayers()
      if (!at) return
      if (at.accuracy > 0) L.circle([at.lat, at.lon], { radius: at.accuracy, color: '#43524f', weight: 1, dashArray: '3 2', fillOpacity: 0.06 }).addTo(pin)
      L.marker([at.lat, at.lon], { icon: L.divIcon({ className: '', html: pinSvg, iconSize: [32, 40], iconAnchor: [16, 40] }), interactive: false, keyboard: false }).addTo(pin)
    },
    goTo: (lon, lat, zoom) => void map.setView([lat, lon], zoom),
    reveal(lon, lat) {
      if (!map.getBounds().contains([lat, lon])) map.panTo([lat, lon])
    },
    fit: (b, maxZoom) => void map.fitBounds([[b[1], b[0]], [b[3], b[2]]], { padding: [48, 48], maxZoom, animate: false }),
    zoomBy: (steps) => void map.setZoom(map.getZoom() + steps),
    resize: () => void map.invalidateSize(),
    destroy: () => {
      settled.stop()
      map.remove()
    },
  }
}
