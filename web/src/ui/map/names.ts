// Names on a map must not cover each other, nor what they name. The more a name matters, the earlier it takes its place; the
// next stands aside; for whom there is no room, a nearer view has some. What is hidden keeps its title and its name for a
// screen reader.
export interface Rect { left: number; top: number; right: number; bottom: number }
export type Step = [dx: number, dy: number]
export interface Name { rank: number; box: Rect; ways: Step[] }

const hit = (a: Rect, b: Rect) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
const moved = (r: Rect, [dx, dy]: Step): Rect => ({ left: r.left + dx, top: r.top + dy, right: r.right + dx, bottom: r.bottom + dy })

/** Where each name goes, in the order given; nothing for one that finds no room. */
export function settle(names: Name[], taken: Rect[]): (Step | undefined)[] {
  const full = [...taken]
  const at: (Step | undefined)[] = names.map(() => undefined)
  const order = names.map((_, i) => i).sort((a, b) => names[a]!.rank - names[b]!.rank || a - b)
  for (const i of order) {
    const { box, ways } = names[i]!
    const way = ways.find((w) => !full.some((r) => hit(moved(box, w), r)))
    if (!way) continue
    at[i] = way
    full.push(moved(box, way))
  }
  return at
}

const half = 14 // of a symbol, in pixels
/** A name beside its symbol: right, left, below, above, then askew. Another stands at its place, or a line or two higher or lower, or at its side. */
function waysOf(el: HTMLElement, r: Rect, icon: number): Step[] {
  if (el.dataset.name === 'fixed') return [[0, 0]]
  const h = r.bottom - r.top
  const w = r.right - r.left
  if (el.dataset.name !== 'beside') return [[0, 0], [0, -h - 2], [0, h + 2], [w / 2 + icon, 0], [-w / 2 - icon, 0], [0, -2 * h - 4], [0, 2 * h + 4]]
  const left = -w - 2 * icon
  const middle = -w / 2 - icon
  const down = h / 2 + icon
  return [[0, 0], [left, 0], [middle, down], [middle, -down], [0, -down], [0, down], [left, -down], [left, down]]
}

/** Settles the elements with a `data-name` of a map; those with `data-solid`, on it or over it, and the points given, of which each bears a
 *  symbol, keep their room. */
export function settleNames(root: HTMLElement, points: { x: number; y: number }[], grown: number): void {
  const icon = half * grown
  const names = [...root.querySelectorAll<HTMLElement>('[data-name]')]
  if (!names.length) return
  for (const el of names) el.style.left = el.style.top = el.style.visibility = ''
  const at = root.getBoundingClientRect()
  const solid = [...(root.parentElement ?? root).querySelectorAll('[data-solid]')] // also what lies over the map: its legend and its buttons
   .map((el): Rect => el.getBoundingClientRect())
  const symbols = points.map((p): Rect => ({ left: at.left + p.x - icon, top: at.top + p.y - icon, right: at.left + p.x + icon, bottom: at.top + p.y + icon }))
  const boxes = names.map((el) => el.getBoundingClientRect())
  const ways = settle(names.map((el, i) => ({ rank: Number(el.dataset.rank), box: boxes[i]!, ways: waysOf(el, boxes[i]!, icon) })), [...solid, ...symbols])
  names.forEach((el, i) => {
    const way = ways[i]
    if (!way) el.style.visibility = 'hidden'
    else if (way[0] || way[1]) {
      el.style.left = `${way[0]}px`
      el.style.top = `${way[1]}px`
    }
  })
}

/** Calls once for all that changes before the next picture. */
export function onceAPicture(call: () => void): { (): void; stop(): void } {
  let asked = 0
  const soon = () => {
    asked ||= requestAnimationFrame(() => {
      asked = 0
      call()
    })
  }
  soon.stop = () => cancelAnimationFrame(asked)
  return soon
}
