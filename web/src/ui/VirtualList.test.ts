import { afterEach, describe, expect, it } from 'vitest'
import { createApp, h, nextTick, shallowRef, type App } from 'vue'
import VirtualList from './VirtualList.vue'

const rows = (ids: number[]) => ids.map((n) => ({ id: 'r' + n }))
const many = Array.from({ length: 1000 }, (_, i) => i)
let app: App | undefined

function list() {
  const items = shallowRef(rows(many))
  const el = document.body.appendChild(document.createElement('div'))
  app = createApp({ render: () => h(VirtualList, { items: items.value, rowHeight: 50, name: 'rows' }, { default: ({ item }: { item: { id: string } }) => item.id }) })
  app.mount(el)
  const box = el.querySelector<HTMLElement>('.virtual')!
  const shown = () => [...box.querySelectorAll('.slot')].map((x) => x.textContent)
  const scroll = async (to: number) => {
    box.scrollTop = to
    box.dispatchEvent(new Event('scroll'))
    await nextTick()
  }
  const put = async (next: { id: string }[]) => {
    items.value = next
    await nextTick()
    await nextTick()
  }
  return { box, shown, scroll, put }
}
afterEach(() => app?.unmount())

describe('a long list', () => {
  it('keeps the rows in view where they are when others above them go or come', async () => {
    const { box, scroll, put, shown } = list()
    await scroll(5000)
    await put(rows(many.filter((n) => n !== 3 && n !== 4 && n !== 100)))
    expect(box.scrollTop).toBe(4850) // the first of them went too: r101 is still the second row of the view
    await put([...rows([2000]), ...rows(many)])
    expect(box.scrollTop).toBe(5000)
    expect(shown()).toContain('r101')
  })
  it('shows what comes first to whoever is at the top', async () => {
    const { box, put, shown } = list()
    await put([...rows([2000]), ...rows(many)])
    expect([box.scrollTop, shown()[0]]).toEqual([0, 'r2000'])
  })
  it('is whole on paper', async () => {
    const { shown } = list()
    expect(shown().length).toBeLessThan(50)
    window.dispatchEvent(new Event('beforeprint'))
    await nextTick()
    expect(shown()).toHaveLength(1000)
    window.dispatchEvent(new Event('afterprint'))
    await nextTick()
    expect(shown().length).toBeLessThan(50)
  })
})
