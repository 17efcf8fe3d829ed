import type { Corner } from '../api/types'

// An outline as people write it: one corner a line, longitude and latitude. Empty is not drawn; undefined is not right.
export function corners(text: string): Corner[] | undefined {
  const lines = text.split('\n').map((l) => l.trim()).filter(Boolean)
  const list: Corner[] = []
  for (const line of lines) {
    const [lon, lat, ...rest] = line.split(/[\s,，]+/).map(Number)
    if (lon === undefined || lat === undefined || rest.length || !Number.isFinite(lon) || !Number.isFinite(lat) || Math.abs(lon) > 180 || Math.abs(lat) > 90) return undefined
    list.push({ lon, lat })
  }
  return list.length === 0 || list.length >= 3 ? list : undefined
}

export function text(list: Corner[]): string {
  return list.map((c) => `${c.lon}, ${c.lat}`).join('\n')
}
