import type { FeatureCollection } from 'geojson'

export interface MapMark {
  id: string
  lon: number
  lat: number
  severity: number
  accuracy?: number // metres; drawn as a ring when known
  label?: string
  count?: number // a cluster of so many; it is opened by coming nearer
}

// Something drawn with its own element: a team, a point, a gate. Its middle stands at the place.
export interface MapThing {
  id: string
  lon: number
  lat: number
  element: HTMLElement
  drag?: (lon: number, lat: number, done: boolean) => void // it can be moved, and says where it is
}

export type MapTone = 'light' | 'dark'

export interface MapWords {
  zoomIn: string
  zoomOut: string
  kilometres: string
  metres: string
  canvas: string
}

export interface MapHandlers {
  select?: (id: string) => void
  pick?: (lon: number, lat: number) => void
  outside?: (count: number) => void
  view?: (box: Box, zoom: number) => void // when the view has come to rest; at zoom 0 the world is 512 pixels wide
}

// What both map libraries must be able to do; pages know only this.
export interface MapEngine {
  setOutline(outline: FeatureCollection | undefined): void
  setMarks(marks: MapMark[], selected: string, join: string): void
  setZones(zones: FeatureCollection | undefined): void // areas and points of a site, each with a kind and a name
  setThings(things: MapThing[]): void
  setAreas(areas: FeatureCollection | undefined): void // outlines of their own, dashed
  setPin(at: { lon: number; lat: number; accuracy: number } | undefined): void
  goTo(lon: number, lat: number, zoom: number): void
  reveal(lon: number, lat: number): void // moves only if the point is out of view
  fit(box: Box, maxZoom: number): void
  zoomBy(steps: number): void
  resize(): void
  destroy(): void
}

export type Box = [west: number, south: number, east: number, north: number]
