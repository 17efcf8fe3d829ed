// Coordinates copied from maps made in China, brought to WGS-84 where they are typed in, once. The same reckoning as the
// server's platform/geo, tried with the same points.
import type { LonLat } from './area'

export const datums = ['gcj', 'bd'] as const
export type Datum = (typeof datums)[number]

const axis = 6378245
const eccentricity = 0.00669342162296594323
const outside = (p: LonLat) => !(p.lon >= 73.66 && p.lon <= 135.05 && p.lat >= 3.86 && p.lat <= 53.55)

function gcj(p: LonLat): LonLat {
  const { PI, abs, cos, sin, sqrt } = Math
  const x = p.lon - 105
  const y = p.lat - 35
  const wave = ((20 * sin(6 * x * PI) + 20 * sin(2 * x * PI)) * 2) / 3
  let lat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + wave
  lat += ((20 * sin(y * PI) + 40 * sin((y / 3) * PI)) * 2) / 3 + ((160 * sin((y / 12) * PI) + 320 * sin((y * PI) / 30)) * 2) / 3
  let lon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + wave
  lon += ((20 * sin(x * PI) + 40 * sin((x / 3) * PI)) * 2) / 3 + ((150 * sin((x / 12) * PI) + 300 * sin((x / 30) * PI)) * 2) / 3
  const at = (p.lat * PI) / 180
  const magic = 1 - eccentricity * sin(at) * sin(at)
  return {
    lon: p.lon + (lon * 180) / ((axis / sqrt(magic)) * cos(at) * PI),
    lat: p.lat + (lat * 180) / (((axis * (1 - eccentricity)) / (magic * sqrt(magic))) * PI),
  }
}

function bd(p: LonLat): LonLat {
  const turn = (Math.PI * 3000) / 180
  const z = Math.hypot(p.lon, p.lat) + 0.00002 * Math.sin(p.lat * turn)
  const angle = Math.atan2(p.lat, p.lon) + 0.000003 * Math.cos(p.lon * turn)
  return { lon: z * Math.cos(angle) + 0.0065, lat: z * Math.sin(angle) + 0.006 }
}

/** The point in WGS-84 that such a map shows there. Neither shift has a closed inverse: the miss is taken back until none is left. */
export function wgsOf(p: LonLat, from: Datum): LonLat {
  if (outside(p)) return p
  const forward = from === 'gcj' ? gcj : (x: LonLat) => bd(gcj(x))
  let at = p
  for (let i = 0; i < 8; i++) {
    const got = forward(at)
    at = { lon: at.lon - (got.lon - p.lon), lat: at.lat - (got.lat - p.lat) }
  }
  return at
}
