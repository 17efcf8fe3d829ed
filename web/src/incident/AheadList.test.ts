import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createI18n } from 'vue-i18n'
import { createMemoryHistory, createRouter } from 'vue-router'
import { useSession } from '../access/session'
import type { Me, Step } from '../api/types'
import zh from '../app/locale/zh-CN.json'
import ui from '../ui/locale/zh-CN.json'
import AheadList from './AheadList.vue'

const api = vi.hoisted(() => ({ listReports: vi.fn(), listOffers: vi.fn(), listMissions: vi.fn(), listSupport: vi.fn() }))
vi.mock('../need/client', async (real) => ({ ...(await real<object>()), listReports: api.listReports }))
vi.mock('../deployment/client', async (real) => ({ ...(await real<object>()), listOffers: api.listOffers }))
vi.mock('../mission/client', async (real) => ({ ...(await real<object>()), listMissions: api.listMissions }))
vi.mock('../support/client', async (real) => ({ ...(await real<object>()), listSupport: api.listSupport }))

const at = (hour: number) => new Date(Date.UTC(2026, 5, 18, hour)).toISOString()
const page = { template: '<p />' }

async function rows(key: string, n: number, figure: string, verbs: string[]) {
  setActivePinia(createPinia())
  useSession().me = { account: { id: 'a', name: '某人' }, grants: [], verbs } as unknown as Me
  const router = createRouter({ history: createMemoryHistory(), routes: ['/', '/needs', '/offers', '/missions', '/support'].map((path) => ({ path, component: page })) })
  const i18n = createI18n({ legacy: false, locale: 'zh-CN', messages: { 'zh-CN': { ...ui, ...zh } } })
  const step = { key, first: { key: 'x', n, path: `/x?figure=${figure}&incident=i` } } as unknown as Step
  const w = mount(AheadList, { props: { step, incident: 'i' }, global: { plugins: [router, i18n] } })
  await flushPromises()
  return w
}

describe('the rows ahead on the overview', () => {
  beforeEach(() => void vi.resetAllMocks())

  it('are the first missions of the figure that is shown, each leads to its record, and the others are counted', async () => {
    const mission = (id: string, priority: number, late = false) => ({ id, number: `RW-${id}`, goal: `任务${id}`, priority, late, silent: false, until: at(9), team: { name: '队' }, location: '桥头' })
    api.listMissions.mockResolvedValue({ items: [mission('d', 4), mission('c', 3), mission('b', 1), mission('a', 2, true), mission('e', 4)] })
    const w = await rows('mission', 7, 'running', ['mission.see'])
    expect(api.listMissions).toHaveBeenCalledWith('i', 'live', { figure: 'running' })
    expect(w.findAll('a').map((a) => a.attributes('href'))).toEqual(['a', 'b', 'c', 'd'].map((id) => `/missions?id=${id}`))
    expect(w.get('.rest').text()).toBe(zh.hand.more.replace('{n}', '3'))
    expect(w.findAll('.late')).toHaveLength(1)
  })

  it('are not asked for by who may not open the queue', async () => {
    const w = await rows('mission', 7, 'running', ['incident.see'])
    expect(api.listMissions).not.toHaveBeenCalled()
    expect(w.find('ul').exists()).toBe(false)
  })

  it('are the reports that nobody has looked at longest', async () => {
    const report = (id: string) => ({ id, severity: 1, kind: 'trapped_water', text: `水到二楼${id}`, place: { name: '綦江区' }, people: 3, vulnerable: [], receivedAt: at(1), stage: 'received' })
    api.listReports.mockResolvedValue({ items: [report('x'), report('y')], overdueAfter: 10, againAfter: 30 })
    const w = await rows('publish', 2, 'waiting', ['report.see'])
    expect(api.listReports).toHaveBeenCalledWith({ stage: 'received', incident: 'i', limit: 4 })
    expect(w.findAll('a').map((a) => a.attributes('href'))).toEqual(['/needs?stage=all&id=x', '/needs?stage=all&id=y'])
    expect(w.find('.rest').exists()).toBe(false)
  })
})
