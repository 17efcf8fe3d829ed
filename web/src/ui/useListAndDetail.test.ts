import { flushPromises, mount } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, ref } from 'vue'
import { createMemoryHistory, createRouter, RouterView } from 'vue-router'
import { useListAndDetail } from './useListAndDetail'

const rows = ref<{ id: string }[]>()
const Page = defineComponent(() => {
  const { openFirst, tab } = useListAndDetail(['open', 'all'] as const)
  openFirst(() => rows.value)
  return () => h('p', tab.value)
})
const Next = defineComponent(() => () => h('p', 'next'))

async function show(path: string, wide: boolean) {
  vi.stubGlobal('matchMedia', () => ({ matches: !wide, addEventListener() {}, removeEventListener() {} }))
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/list', component: Page }, { path: '/next', component: Next }] })
  await router.push(path)
  mount(RouterView, { global: { plugins: [router] } })
  await flushPromises()
  return router
}
const at = (router: Awaited<ReturnType<typeof show>>) => router.currentRoute.value.fullPath

describe('the first row', () => {
  beforeEach(() => (rows.value = undefined))

  it('is opened on a wide screen once the rows have come', async () => {
    const router = await show('/list', true)
    expect(at(router)).toBe('/list')
    rows.value = [{ id: 'a' }, { id: 'b' }]
    await flushPromises()
    expect(at(router)).toBe('/list?id=a')
  })
  it('is opened in the tab that was chosen, and Back leads to the tab before', async () => {
    rows.value = [{ id: 'a' }]
    const router = await show('/list', true)
    rows.value = undefined // another tab is being read
    await router.push('/list?state=all')
    expect(at(router)).toBe('/list?state=all')
    rows.value = [{ id: 'c' }]
    await flushPromises()
    expect(at(router)).toBe('/list?state=all&id=c')
    router.back()
    await flushPromises()
    expect(at(router)).toBe('/list?id=a')
  })
  it('leaves alone what a link has opened, and a phone', async () => {
    rows.value = [{ id: 'a' }, { id: 'b' }]
    expect(at(await show('/list?id=b', true))).toBe('/list?id=b')
    expect(at(await show('/list', false))).toBe('/list')
  })
  it('is not written into the address of the next page', async () => {
    rows.value = [{ id: 'a' }]
    const router = await show('/list', true)
    await router.push('/next')
    await flushPromises()
    expect(at(router)).toBe('/next')
  })
})
