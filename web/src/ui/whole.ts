// A line that had to be cut says itself whole when the pointer rests on it. A title of its own stays; one that was put here goes
// when there is room again, and follows what the line says now.
const put = new WeakMap<HTMLElement, string>()

export function tellWhole(root: Document): void {
  root.addEventListener('pointerover', (e) => {
    const el = e.target instanceof Element ? cutAt(e.target) : undefined
    if (el) tell(el)
  }, { passive: true })
}

/** The nearest element at or around the target that cuts its one line. */
function cutAt(target: Element): HTMLElement | undefined {
  for (let el: Element | null = target, up = 0; el instanceof HTMLElement && up < 3; el = el.parentElement, up++) {
    const style = getComputedStyle(el)
    if (style.textOverflow === 'ellipsis' && style.overflowX !== 'visible') return el
  }
  return undefined
}

function tell(el: HTMLElement) {
  if (el.title && el.title !== put.get(el)) return
  const whole = el instanceof HTMLSelectElement ? (el.selectedOptions[0]?.text ?? '') : el.innerText.replace(/\s+/g, ' ').trim()
  if (el.scrollWidth > el.clientWidth && whole) {
    el.title = whole
    put.set(el, whole)
  } else if (el.title) {
    el.removeAttribute('title')
    put.delete(el)
  }
}
