import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { h, type Slots } from 'vue'
import { createI18n } from 'vue-i18n'
import { createMemoryHistory, createRouter } from 'vue-router'
import { useSession } from '../access/session'
import type { Incident, Me } from '../api/types'
import zh from '../app/locale/zh-CN.json'
import { useChosen } from '../incident/chosen'
import ui from '../ui/locale/zh-CN.json'
import PassesPage from './PassesPage.vue'

const api = vi.hoisted(() => ({ listPasses: vi.fn(), readPass: vi.fn() }))
vi.mock('./client', async (real) => ({ ...(await real<object>()), ...api }))
vi.mock('../incident/client', () => ({ listIncidents: () => Promise.resolve([]), readIncident: () => Promise.reject(new Error('none')) }))
type Change = { kind: string; id: string; version: number; by: string }
const told = vi.hoisted((): { all: ((c: Change) => void)[] } => ({ all: [] }))
vi.mock('../live/store', () => ({ useLive: () => ({ listen: (l: { change: (c: Change) => void }) => { told.all.push(l.change); return () => undefined } }) }))
// The frame and the dialogs bring Element Plus with its style sheets, which a test of what is said does without.
vi.mock('../ui/ListAndDetail.vue', () => ({ default: { setup: (_: object, { slots }: { slots: Slots }) => () => h('main', [slots.default?.({}), slots.detail?.({})]) } }))
const none = vi.hoisted(() => () => ({ default: { render: () => null } }))
vi.mock('./IssueDialog.vue', none)
vi.mock('./TollDialog.vue', none)
vi.mock('./EscortPanel.vue', none)
vi.mock('./AreaPanel.vue', none)
vi.mock('./SitePanel.vue', none)
vi.mock('./LogPanel.vue', none)
vi.mock('../ui/ReasonDialog.vue', none)

const pass = (vouched: boolean) => ({
  id: 'p', number: 'TX-A0007', plate: '渝A·00440', colour: 'blue', kind: 'command', state: 'valid', toll: 'not_asked', vouched, version: 1, offer: 'o', teamName: '嘉陵水域救援队',
  route: 'G75', code: 'LYTX:X', crew: 2, destination: { full: '重庆市綦江区' }, passages: [], used: [], actions: [], outFrom: '', outTo: '', backFrom: '', backTo: '',
})
const answers = (vouched: boolean) => {
  api.listPasses.mockResolvedValue({ items: [pass(vouched)], waiting: [], issues: true, total: 1 })
  api.readPass.mockResolvedValue(pass(vouched))
}

describe('the open page of a pass', () => {
  afterEach(() => vi.useRealTimers())

  it('turns to refused while it is open, when nobody vouches for the vehicle any more', async () => {
    vi.useFakeTimers()
    vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener() {}, removeEventListener() {} }))
    setActivePinia(createPinia())
    useSession().me = { account: { id: 'a', name: '某人' }, grants: [], verbs: ['pass.issue'] } as unknown as Me
    const chosen = useChosen()
    chosen.list = [{ id: 'i', name: '暴雨洪涝', state: 'active', verbs: ['pass.issue'], works: [] }] as unknown as Incident[]
    chosen.id = 'i'
    answers(true)
    const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/passes', name: 'passes', component: { template: '<p />' } }] })
    await router.push('/passes?id=p')
    const w = mount(PassesPage, { global: { plugins: [router, createI18n({ legacy: false, locale: 'zh-CN', messages: { 'zh-CN': { ...ui, ...zh } } })] } })
    await flushPromises()
    const open = () => w.get('.panel.pass').text()
    expect(open()).toContain('TX-A0007')
    expect(open()).not.toContain(zh.passes.unvouched)
    // The offer goes to standby: nothing in the pass itself changes, and no change of a pass is told.
    answers(false)
    for (const tell of told.all) tell({ kind: 'offer', id: 'o', version: 9, by: '何听澜' })
    await vi.advanceTimersByTimeAsync(500)
    await flushPromises()
    expect(open()).toContain(zh.passes.unvouched)
    expect(open()).toContain(zh.passes.unvouchedNote)
    w.unmount()
  })
})
