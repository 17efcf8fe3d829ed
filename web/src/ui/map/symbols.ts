// The severity shapes of the map: 1 diamond, 2 triangle, 3 square, 4 circle; drawn once, used as SVG and as image.
const fills = ['', '#c2222b', '#e0700a', '#f2c318', '#2264c8']
const inks = ['', '#ffffff', '#1d0f00', '#241c00', '#ffffff']
const shapes = ['', 'M14 3 25 14 14 25 3 14Z', 'M14 3.5 26 24H2Z', 'M4.5 4.5h19v19h-19Z', 'M14 4a10 10 0 1 1 0 20 10 10 0 0 1 0-20Z']

function level(severity: number): number {
  return severity >= 1 && severity <= 4 ? Math.round(severity) : 4
}

// A number of three figures needs a larger shape to stand in.
export function symbolSize(count: number, selected: boolean): number {
  if (selected) return 44
  return count > 99 ? 40 : 28
}

// What is written on it: the letters keep their size when the shape grows.
function words(count: number, severity: number, scale: number): { text: string; size: number; y: number } {
  const size = 12 / scale
  return { text: count > 999 ? '999+' : String(count), size, y: (severity === 2 ? 16.3 : 14.3) + size * 0.35 }
}

export function symbolSvg(severity: number, count: number, selected: boolean): string {
  const s = level(severity)
  const size = symbolSize(count, selected)
  const ring = selected ? '<circle cx="14" cy="14" r="19" fill="#fff" fill-opacity=".75" stroke="#14211f" stroke-width="2"/>' : ''
  const edge = s === 3 ? '#735800' : '#ffffff'
  const w = words(count, s, selected ? 1 : size / 28)
  const text = count > 1 ? `<text x="14" y="${w.y}" font-size="${w.size}" font-weight="700" text-anchor="middle" fill="${inks[s]}" font-family="sans-serif">${w.text}</text>` : ''
  const view = selected ? '-8 -8 44 44' : '0 0 28 28'
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="${view}">${ring}<path d="${shapes[s]}" fill="${fills[s]}" stroke="${edge}" stroke-width="1.5"/>${text}</svg>`
}

export const pinSvg =
  '<svg xmlns="http://www.w3.org/2000/svg" width="32" height="40" viewBox="0 0 32 40"><path d="M16 2a13 13 0 0 0-13 13c0 9 13 23 13 23s13-14 13-23A13 13 0 0 0 16 2Z" fill="#0b6b66" stroke="#fff" stroke-width="2"/><circle cx="16" cy="15" r="5" fill="#fff"/></svg>'

// For WebGL: the same drawing on a canvas, without an image request.
export function symbolImage(severity: number, count: number, selected: boolean, scale: number): ImageData {
  const s = level(severity)
  const own = symbolSize(count, selected)
  const size = own * scale
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = size
  const g = canvas.getContext('2d')!
  g.scale(scale, scale)
  if (selected) {
    g.translate(8, 8)
    g.beginPath()
    g.arc(14, 14, 19, 0, 2 * Math.PI)
    g.fillStyle = 'rgba(255,255,255,.75)'
    g.fill()
    g.lineWidth = 2
    g.strokeStyle = '#14211f'
    g.stroke()
  } else g.scale(own / 28, own / 28)
  const path = new Path2D(shapes[s])
  g.fillStyle = fills[s]!
  g.fill(path)
  g.lineWidth = 1.5
  g.strokeStyle = s === 3 ? '#735800' : '#ffffff'
  g.stroke(path)
  if (count > 1) {
    g.fillStyle = inks[s]!
    const w = words(count, s, selected ? 1 : own / 28)
    g.font = `700 ${w.size}px sans-serif`
    g.textAlign = 'center'
    g.fillText(w.text, 14, w.y)
  }
  return g.getImageData(0, 0, size, size)
}
