import { mount } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { defineComponent, ref, withDirectives, h, nextTick } from 'vue'
import { vChosen } from './vChosen'

// A row of six tabs, 100 wide each, in a window of 300.
const tab = ref(5)
const noise = ref(0)
const Row = defineComponent(() => () => h('div', { class: 'bar' }, [withDirectives(h('div', { 'data-noise': noise.value }, [0, 1, 2, 3, 4, 5].map((n) => h('button', { 'aria-pressed': tab.value === n }, String(n)))), [[vChosen]])]))
const rect = HTMLElement.prototype.getBoundingClientRect

describe('a row of tabs wider than the screen', () => {
  afterEach(() => {
    HTMLElement.prototype.getBoundingClientRect = rect
    document.body.innerHTML = ''
  })
  it('shows the one that is pressed, and stays where somebody has moved it', async () => {
    HTMLElement.prototype.getBoundingClientRect = function () {
      const bar = document.querySelector('.bar')!
      return (this.className === 'bar' ? { left: 0, width: 300 } : { left: 100 * Number(this.textContent) - bar.scrollLeft, width: 100 }) as DOMRect
    }
    const wide = (name: string, of: (e: Element) => number) => Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get(this: Element) { return of(this) } })
    wide('scrollWidth', (e) => (e.className === 'bar' ? 600 : 0))
    wide('clientWidth', (e) => (e.className === 'bar' ? 300 : 0))
    const w = mount(Row, { attachTo: document.body })
    const bar = w.get('.bar').element
    expect(bar.scrollLeft).toBe(400) // a browser stops at the end, 300
    tab.value = 2
    await nextTick()
    expect(bar.scrollLeft).toBe(100)
    bar.scrollLeft = 0
    noise.value++
    await nextTick()
    expect(bar.scrollLeft).toBe(0)
    w.unmount()
  })
})
