import type { Directive } from 'vue'

// v-chosen on a row of tabs that is wider than the screen brings the one that is pressed into view, when the page opens and when
// another is pressed; not while somebody looks at the others.
const shown = new WeakMap<HTMLElement, Element | null>()

function show(row: HTMLElement) {
  const tab = row.querySelector<HTMLElement>('[aria-pressed=true]')
  if (shown.get(row) === tab) return
  shown.set(row, tab)
  const window = [row, row.parentElement].find((x) => x && x.scrollWidth > x.clientWidth)
  if (!tab || !window) return
  const [at, seen] = [tab.getBoundingClientRect(), window.getBoundingClientRect()]
  window.scrollLeft += at.left - seen.left - (seen.width - at.width) / 2
}

export const vChosen: Directive<HTMLElement> = { mounted: show, updated: show }
