import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { createI18n } from 'vue-i18n'
import { createMemoryHistory, createRouter } from 'vue-router'
import { useSession } from '../access/session'
import type { FoundAll, Me } from '../api/types'
import zh from '../app/locale/zh-CN.json'
import { useChosen } from '../incident/chosen'
import ui from '../ui/locale/zh-CN.json'
import GlobalSearch from './GlobalSearch.vue'

const api = vi.hoisted(() => ({ search: vi.fn() }))
vi.mock('./client', async (real) => ({ ...(await real<object>()), ...api }))
vi.mock('../incident/client', () => ({ listIncidents: () => Promise.resolve([]), readIncident: () => Promise.reject(new Error('none')) }))

const group = (kind: string, n: number, total = n) => ({ kind, total, hits: Array.from({ length: n }, (_, i) => ({ id: `${kind}${i}`, title: `${kind} ${i}` })) })
const found = (...groups: ReturnType<typeof group>[]): FoundAll => ({ groups, kinds: ['team', 'offer', 'mission'], left: [] })

async function show(narrow = false) {
  vi.stubGlobal('matchMedia', () => ({ matches: narrow, addEventListener() {}, removeEventListener() {} }))
  setActivePinia(createPinia())
  useSession().me = { account: { id: 'a', name: '某人' }, grants: [], verbs: ['team.see', 'offer.see', 'mission.see', 'pass.issue'] } as unknown as Me
  const page = { template: '<p />' }
  const router = createRouter({ history: createMemoryHistory(), routes: ['/', '/teams', '/offers', '/missions', '/passes', '/me'].map((path) => ({ path, name: path.slice(1) || 'home', component: page })) })
  await router.push('/')
  const i18n = createI18n({ legacy: false, locale: 'zh-CN', messages: { 'zh-CN': { ...ui, ...zh } } })
  const w = mount(GlobalSearch, { global: { plugins: [router, i18n] }, attachTo: document.body })
  const field = () => w.get<HTMLInputElement>('[role=combobox]')
  return {
    w, router, field,
    options: () => w.findAll('[role=option]').map((o) => o.text()),
    active: () => w.find('[role=option][aria-selected=true]').attributes('id'),
    async type(text: string) {
      await field().setValue(text)
      vi.advanceTimersByTime(200)
      await flushPromises()
    },
    at: () => router.currentRoute.value.fullPath,
  }
}

describe('the search of the top bar', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    vi.clearAllMocks()
    Element.prototype.scrollIntoView = () => undefined
  })
  afterEach(() => {
    vi.useRealTimers()
    document.body.innerHTML = ''
  })

  it('stays open while the page that was on its way comes and goes on to its own address, and closes for who goes back', async () => {
    api.search.mockResolvedValue(found())
    const s = await show()
    let come = () => undefined as void
    s.router.addRoute({ path: '/slow', component: () => new Promise<{ template: string }>((done) => (come = () => done({ template: '<p />' }))) })
    const arrives = s.router.push('/slow')
    await flushPromises()
    await s.field().trigger('click')
    await s.field().trigger('focus')
    await s.type('渝')
    come()
    await arrives
    expect(s.at()).toBe('/slow')
    expect(s.field().element.value).toBe('渝')
    await s.router.replace('/teams?id=1')
    expect(s.field().element.value).toBe('渝')
    window.dispatchEvent(new PopStateEvent('popstate'))
    await nextTick()
    expect([s.field().element.value, s.w.classes('open')]).toEqual(['', false])
    s.w.unmount()
  })

  it('opens by Ctrl K and by / where nobody writes, and Escape gives the focus back', async () => {
    const s = await show()
    const other = document.body.appendChild(document.createElement('input'))
    const button = document.body.appendChild(document.createElement('button'))
    other.focus()
    other.dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true }))
    await nextTick()
    expect(document.activeElement).toBe(other)
    other.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true }))
    await nextTick()
    expect(document.activeElement).toBe(s.field().element)
    await s.field().trigger('keydown', { key: 'Escape' })
    expect(document.activeElement).toBe(other)
    button.focus()
    button.dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true }))
    await nextTick()
    expect(document.activeElement).toBe(s.field().element)
    s.w.unmount()
  })

  it('walks over every line of every kind and round, and says which is active', async () => {
    api.search.mockResolvedValue(found(group('team', 2, 9), group('offer', 1)))
    const s = await show()
    s.field().element.focus()
    await s.type('水域')
    expect(s.options()).toEqual(['team 0', 'team 1', '全部 9 条', 'offer 0'])
    expect([s.field().attributes('aria-expanded'), s.active()]).toEqual(['true', 'find-team-team0'])
    const walked: (string | undefined)[] = []
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp']) {
      await s.field().trigger('keydown', { key })
      walked.push(s.field().attributes('aria-activedescendant'))
    }
    expect(walked).toEqual(['find-team-team1', 'find-all-team', 'find-offer-offer0', 'find-team-team0', 'find-offer-offer0'])
    expect(s.w.get('[role=status]').text()).toBe('找到 3 条')
    await s.field().trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect([s.at(), s.field().element.value, s.w.classes('open')]).toEqual(['/offers?tab=all&id=offer0', '', false])
    s.w.unmount()
  })

  it('opens what comes first when somebody presses Enter before the answer is there', async () => {
    let tell: (x: FoundAll) => void = () => undefined
    api.search.mockReturnValue(new Promise((done) => (tell = done)))
    const s = await show()
    s.field().element.focus()
    await s.field().setValue('RW-A0001')
    await s.field().trigger('keydown', { key: 'Enter' })
    expect(api.search).toHaveBeenCalledTimes(1)
    tell(found(group('mission', 1)))
    await flushPromises()
    expect(s.at()).toBe('/missions?id=mission0')
    s.w.unmount()
  })

  it('opens all of a kind in its place where no list can be asked', async () => {
    api.search.mockResolvedValueOnce(found(group('mission', 5, 7))).mockResolvedValueOnce(found(group('mission', 7)))
    const s = await show()
    s.field().element.focus()
    await s.type('转移')
    await s.w.get('#find-all-mission').trigger('click')
    await flushPromises()
    expect(api.search.mock.lastCall?.[2]).toBe('mission')
    expect([s.options().length, s.active(), s.at()]).toEqual([7, 'find-mission-mission4', '/'])
    s.w.unmount()
  })

  it('leads to the list with the word beside the address', async () => {
    api.search.mockResolvedValue(found(group('team', 5, 9)))
    const s = await show()
    const push = vi.spyOn(s.router, 'push')
    s.field().element.focus()
    await s.type('水域')
    await s.w.get('#find-all-team').trigger('click')
    await flushPromises()
    expect(push.mock.lastCall?.[0]).toEqual({ path: '/teams', query: {}, state: { sought: '水域' }, force: true })
    expect(s.at()).toBe('/teams')
    s.w.unmount()
  })

  it('shows what tells one from another: whose, where, in which other incident, of a drill', async () => {
    const hit = { id: 'm', title: '转移老人', number: 'RW-A0001', team: { id: 't', name: '綦江水域队' }, place: { code: '500110', path: '', name: '綦江区', full: '' }, drill: true }
    const of = (id: string, name: string) => ({ ...hit, id: `m${id}`, incident: { id, name, drill: true } })
    api.search.mockResolvedValue({ groups: [{ kind: 'mission', total: 2, hits: [of('here', '暴雨洪涝'), of('there', '联合演练')] }], kinds: [], left: [] })
    const s = await show()
    useChosen().id = 'here'
    s.field().element.focus()
    await s.type('老人')
    const [here, there] = s.options()
    expect([here?.includes('暴雨洪涝'), there?.includes('联合演练'), there?.includes('演练')]).toEqual([false, true, true])
    for (const part of ['转移老人', 'RW-A0001', '綦江水域队', '綦江区']) expect(here).toContain(part)
    expect(s.w.get('mark').text()).toBe('老人')
    s.w.unmount()
  })

  it('finds pages at once, says what was not searched, and what is too little', async () => {
    api.search.mockResolvedValue({ ...found(), left: [{ kind: 'team', why: 'failed' }, { kind: 'report', why: 'short' }] })
    const s = await show()
    s.field().element.focus()
    await s.field().setValue('通行')
    expect(s.options()).toEqual(['通行卡口'])
    await s.type('没有')
    expect(s.w.text()).toContain('没有找到“没有”')
    expect(s.w.text()).toContain('队伍未能搜索，其余已搜')
    expect(s.w.text()).not.toContain('求助信息') // a kind of which no page is open
    await s.type('x')
    expect(s.w.text()).toContain('请至少输入一个汉字')
    expect(s.field().attributes('aria-expanded')).toBe('false')
    s.w.unmount()
  })

  it('is a sheet on a phone, out of which the focus does not go', async () => {
    const s = await show(true)
    const opener = s.w.get('button.icon')
    ;(opener.element as HTMLElement).focus()
    await opener.trigger('click')
    await nextTick()
    expect(s.w.get('[role=dialog]').attributes('aria-modal')).toBe('true')
    expect(document.activeElement).toBe(s.field().element)
    const cancel = s.w.get('.cancel').element as HTMLElement
    cancel.focus()
    await s.w.get('.cancel').trigger('keydown', { key: 'Tab' })
    expect(document.activeElement).toBe(s.field().element)
    await s.w.get('.cancel').trigger('click')
    expect([s.w.find('[role=dialog]').exists(), document.activeElement]).toEqual([false, opener.element])
    s.w.unmount()
  })

  it('is not there for who could find nothing', async () => {
    const s = await show()
    useSession().me = { account: { id: 'a', name: '某人' }, grants: [], verbs: ['pass.check'] } as unknown as Me
    await nextTick()
    expect(s.w.find('[role=combobox]').exists()).toBe(false)
    s.w.unmount()
  })
})
