// Days of an insurance as people write them, in the time of China; a policy ends with its last day.
const zone = 8 * 3600_000
const day = 24 * 3600_000

export function dayOf(at: string, shift = 0): string {
  const ms = Date.parse(at)
  return Number.isFinite(ms) ? new Date(ms + zone + shift * day).toISOString().slice(0, 10) : ''
}

export function momentOf(text: string, shift = 0): string {
  const hit = /^(\d{4})\D(\d{1,2})\D(\d{1,2})\D?$/.exec(text.trim())
  if (!hit) return ''
  const [, y, m, d] = hit.map(Number) as [number, number, number, number]
  const ms = Date.UTC(y, m - 1, d)
  const back = new Date(ms)
  if (back.getUTCMonth() !== m - 1 || back.getUTCDate() !== d) return ''
  return new Date(ms - zone + shift * day).toISOString()
}
