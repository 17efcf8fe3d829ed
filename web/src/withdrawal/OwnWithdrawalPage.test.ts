import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { h } from 'vue'
import { createI18n } from 'vue-i18n'
import { useSession } from '../access/session'
import { ApiError } from '../api/http'
import type { DepartureSheet, Me } from '../api/types'
import zh from '../app/locale/zh-CN.json'
import ui from '../ui/locale/zh-CN.json'
import OwnWithdrawalPage from './OwnWithdrawalPage.vue'

const api = vi.hoisted(() => ({ ownDepartures: vi.fn(), takeOrder: vi.fn(), arriveHome: vi.fn() }))
vi.mock('./client', () => api)
vi.mock('../access/client', () => ({ whoAmI: () => Promise.reject(new ApiError(0, {})) }))
const told = vi.hoisted((): { change: (c: { kind: string }) => void } => ({ change: () => undefined }))
vi.mock('../live/store', () => ({ useLive: () => ({ listen: (l: typeof told) => { told.change = l.change; return () => undefined } }) }))
vi.mock('../ui/FormDialog.vue', () => ({ default: { props: ['modelValue'], setup: (p: { modelValue: boolean }) => () => (p.modelValue ? h('dialog') : undefined) } }))

const sheet = (version: number, actions: string[], more: object = {}) => ({
  id: 'p', teamName: '龙溪水域救援队', state: 'leaving', version, actions, lines: [], lent: [], passes: [], left: [], pointName: '体育中心',
  wave: { number: 'CL-A0002', from: '2026-06-20T02:00:00Z', to: '2026-06-20T08:00:00Z', route: '经北渡大桥', contact: '协调组' }, ...more,
}) as unknown as DepartureSheet
const noAnswer = new ApiError(0, {})
const i18n = createI18n({ legacy: false, locale: 'zh-CN', messages: { 'zh-CN': { ...ui, ...zh } } })

async function open(signedIn = true) {
  setActivePinia(createPinia())
  const session = useSession()
  if (signedIn) session.me = { account: { id: 'a', name: '某人' }, grants: [], verbs: ['reception.own'] } as unknown as Me
  else session.unreachable = true
  const w = mount(OwnWithdrawalPage, { global: { plugins: [i18n] } })
  await flushPromises()
  return w
}

describe('the order to leave on the phone of a leader', () => {
  beforeEach(() => {
    localStorage.clear()
    vi.resetAllMocks()
  })

  it('says that an acknowledgement was not sent only until what is read shows that it was', async () => {
    vi.useFakeTimers()
    api.ownDepartures.mockResolvedValue([sheet(1, ['take'])])
    api.takeOrder.mockRejectedValue(noAnswer)
    const w = await open()
    await w.get('.btn.big').trigger('click')
    await flushPromises()
    expect(w.get('[role=alert]').text()).toBe(zh.offline.unsent)
    api.ownDepartures.mockResolvedValue([sheet(2, [], { taken: true })])
    told.change({ kind: 'party' })
    await vi.advanceTimersByTimeAsync(400)
    vi.useRealTimers()
    await flushPromises()
    expect(w.text()).toContain(zh.withdrawal.ownTaken)
    expect(w.find('[role=alert]').exists()).toBe(false)
    expect(api.takeOrder).toHaveBeenCalledTimes(1)
  })

  it('stands there without network when the page is opened again, with its age, for the account that read it', async () => {
    api.ownDepartures.mockResolvedValue([sheet(1, ['take'])])
    const first = await open()
    first.unmount()
    api.ownDepartures.mockRejectedValue(noAnswer)
    const w = await open(false)
    expect(w.text()).toContain('经北渡大桥')
    expect(w.get('.notice.bad').text()).toMatch(new RegExp(zh.offline.showing.replace('{time}', '\\d\\d:\\d\\d')))
    w.unmount()
    setActivePinia(createPinia())
    useSession().me = { account: { id: 'b', name: '他人' }, grants: [], verbs: [] } as unknown as Me
    const other = mount(OwnWithdrawalPage, { global: { plugins: [i18n] } })
    await flushPromises()
    expect(other.text()).not.toContain('经北渡大桥')
  })
})
