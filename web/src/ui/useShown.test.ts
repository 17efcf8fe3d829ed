import { flushPromises, mount } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, ref } from 'vue'
import { createMemoryHistory, createRouter, RouterView } from 'vue-router'
import { useShown } from './useShown'

const rows = ref<{ id: string }[]>()
const folded = ref(true)
const Page = defineComponent(() => {
  useShown(() => rows.value, () => (folded.value = false))
  return () => h('ol', folded.value ? [] : rows.value?.map((r) => h('li', { id: `at-${r.id}` }, r.id)))
})

describe('what a link leads to', () => {
  const scrolled: string[] = []
  beforeEach(() => {
    rows.value = undefined
    folded.value = true
    scrolled.length = 0
    Element.prototype.scrollIntoView = function () {
      scrolled.push(this.id)
    }
    vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener() {}, removeEventListener() {} }))
  })
  it('is unfolded and brought into view once it is there, and nothing else is', async () => {
    const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/list', component: Page }] })
    await router.push('/list?at=b')
    mount(RouterView, { global: { plugins: [router] }, attachTo: document.body })
    rows.value = [{ id: 'a' }]
    await flushPromises()
    expect([folded.value, scrolled]).toEqual([true, []])
    rows.value = [{ id: 'a' }, { id: 'b' }]
    await flushPromises()
    expect([folded.value, scrolled]).toEqual([false, ['at-b']])
  })
})
