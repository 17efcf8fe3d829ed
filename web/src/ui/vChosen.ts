import type { Directive } from 'vue'

// v-chosen on a row of tabs that is wider than the screen brings the one that is pressed into view, when the page opens and when
// another is pressed; not while somebody looks at the others.
const shown = new WeakMap<HTMLElement, Element | null>()

function show(row: HTMLElement) {
  const tab = row.querySelector<HTMLElement>('[aria-pressed=true]')
  if (shown.get(row) === tab) return
  shown.set(row, tab)
  const frame = [row, row.parentElement].find((x) => x && x.scrollWidth > x.clientWidth)
  if (!tab || !frame) return
  const [at, seen] = [tab.getBoundingClientRect(), frame.getBoundingClientRect()]
  frame.scrollLeft += at.left - seen.left - (seen.width - at.width) / 2
}

export const vChosen: Directive<HTMLElement> = { mounted: show, updated: show }
