const zone = 'Asia/Shanghai'
const hm = new Intl.DateTimeFormat('zh-CN', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const ymd = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
const minutes = 60_000

// 10:02 today, 06-18 10:02 this year, 2025-06-18 10:02 before; always Asia/Shanghai, 24 hours.
export function clockTime(at: string | number | Date, now: number = Date.now()): string {
  const d = new Date(at)
  if (Number.isNaN(d.getTime())) return ''
  const day = ymd.format(d)
  const today = ymd.format(new Date(now))
  if (day === today) return hm.format(d)
  return (day.slice(0, 4) === today.slice(0, 4) ? day.slice(5) : day) + ' ' + hm.format(d)
}

export function dateTime(at: string | number | Date): string {
  const d = new Date(at)
  return Number.isNaN(d.getTime()) ? '' : ymd.format(d) + ' ' + hm.format(d)
}

// 2026-06-18, in China.
export function day(at: string | number | Date): string {
  const d = new Date(at)
  return Number.isNaN(d.getTime()) ? '' : ymd.format(d)
}

// 2026 年 6 月, June 2026.
export function monthName(month: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { timeZone: 'UTC', year: 'numeric', month: 'long' }).format(new Date(month + '-01T00:00:00Z'))
}

export type Age = { key: 'now' | 'seconds' | 'minutes' | 'hours' | 'days'; n: number }

export function age(at: string | number | Date, now: number): Age {
  const ms = Math.max(0, now - new Date(at).getTime())
  if (ms < 30_000) return { key: 'now', n: 0 }
  if (ms < minutes) return { key: 'seconds', n: Math.floor(ms / 1000) }
  if (ms < 60 * minutes) return { key: 'minutes', n: Math.floor(ms / minutes) }
  if (ms < 48 * 60 * minutes) return { key: 'hours', n: Math.floor(ms / (60 * minutes)) }
  return { key: 'days', n: Math.floor(ms / (24 * 60 * minutes)) }
}

// parseDateTime reads what a desk types: 10:02 (today), 06-18 10:02 (this year), 2026-06-18 10:02; China time.
export function parseDateTime(text: string, now: number): string | undefined {
  const hit = /^(?:(?:(\d{4})[-/.])?(\d{1,2})[-/.](\d{1,2})[\sT]+)?(\d{1,2})[:：](\d{2})$/.exec(text.trim())
  if (!hit) return undefined
  const [y, m, d] = ymd.format(new Date(now)).split('-')
  const two = (n: string | undefined, other: string) => (n ?? other).padStart(2, '0')
  const day = `${hit[1] ?? y}-${two(hit[2], m!)}-${two(hit[3], d!)}`
  const at = new Date(`${day}T${two(hit[4], '')}:${hit[5]}:00+08:00`)
  // 02-30 would roll over to March; that is a mistake, not a date.
  return Number.isNaN(at.getTime()) || ymd.format(at) !== day ? undefined : at.toISOString()
}
