import type { MapTone } from './types'

// The ground of the map by day, and on the big screen. Land is never green, water never the blue of a warning.
export const paints: Record<MapTone, { ground: string; land: string; border: string; meant: string; area: string; name: string }> = {
  light: { ground: '#f1f4f3', land: '#fbfcfc', border: '#9fb0ac', meant: '#43524f', area: '#14211f', name: '#63716d' },
  dark: { ground: '#0a1417', land: '#13252a', border: '#3b5559', meant: '#8ca3a2', area: '#e6efee', name: '#8ca3a2' },
}

// Names and symbols on the big screen grow with it, as all that stands on it does: `--u` of the page.
export function growth(tone: MapTone): number {
  return tone === 'dark' ? Math.max(1, Math.min(innerWidth / 1920, innerHeight / 1080)) : 1
}
// Half of the scale has room for its words: a round number may be as short as that.
export function scaleWidth(tone: MapTone): number {
  return (tone === 'dark' ? 130 : 100) * growth(tone)
}
export function nameSize(tone: MapTone): number {
  return (tone === 'dark' ? 15 : 12) * growth(tone)
}
