import type { Indicator } from '../api/types'

export interface Point { x: number; y: number }
export interface Drawing {
  lines: Point[][] // stretches without a gap; one of a single point is drawn as a dot
  end?: Point // of the last known point
  attention: number // height of the line of attention
}

// drawTrend puts the points of a trend into a box. What was unknown leaves a gap; it is no zero. The scale holds every
// point and the line of attention, so that the line is always seen.
export function drawTrend(i: Pick<Indicator, 'trend' | 'line'>, width: number, height: number): Drawing {
  const top = Math.max(i.line * 1.25, ...i.trend.map((p) => p.value ?? 0)) || 1
  const pad = 3
  const y = (share: number) => Math.round((height - pad - (share / top) * (height - 2 * pad)) * 10) / 10
  const step = (width - 2 * pad) / Math.max(1, i.trend.length - 1)
  const lines: Point[][] = []
  let open: Point[] | undefined
  i.trend.forEach((p, n) => {
    if (p.value === undefined) {
      open = undefined
      return
    }
    if (!open) lines.push((open = []))
    open.push({ x: Math.round((pad + n * step) * 10) / 10, y: y(p.value) })
  })
  return { lines, end: lines.at(-1)?.at(-1), attention: y(i.line) }
}

// percent is a share as people read it: a decimal while it is small enough to matter.
export function percent(share: number): string {
  const p = share * 100
  return p > 0 && p < 20 ? p.toFixed(1) : String(Math.round(p))
}

// amount is a figure with at most one decimal.
export function amount(n: number): string {
  return Number.isInteger(n) ? String(n) : n.toFixed(1)
}
