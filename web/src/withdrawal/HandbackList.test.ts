import { flushPromises, mount } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { h } from 'vue'
import { createI18n } from 'vue-i18n'
import { ApiError } from '../api/http'
import type { DepartureSheet } from '../api/types'
import zh from '../app/locale/zh-CN.json'
import HandbackList from './HandbackList.vue'

const api = vi.hoisted(() => ({ listHandbacks: vi.fn() }))
vi.mock('./client', () => api)
// The frame brings the dialog of Element Plus with its style sheets, which a test of what is sent does without.
vi.mock('../ui/FormDialog.vue', () => ({ default: { props: ['modelValue'], emits: ['submit'], setup: (p: { modelValue: boolean }, { slots, emit }: { slots: { default: () => unknown }; emit: (e: 'submit') => void }) => () => (p.modelValue ? h('form', { onSubmit: (e: Event) => { e.preventDefault(); emit('submit') } }, slots.default() as never) : undefined) } }))

const i18n = createI18n({ legacy: false, locale: 'zh-CN', messages: { 'zh-CN': zh } })
const sheet = { id: 'p', actions: ['lend'], lines: [], lent: [{ request: 'r', number: 'ZC-A0001', what: '照明灯', unit: '台', lent: 2 }] } as unknown as DepartureSheet
const sent = () => api.listHandbacks.mock.calls.map(([, body]) => body as { id: string; lines: { id: string; lent: number }[] })

describe('the hand-back list of a team that leaves', () => {
  beforeEach(() => void api.listHandbacks.mockReset().mockRejectedValue(new ApiError(0, {})))
  const show = () => mount(HandbackList, { props: { sheet }, global: { plugins: [i18n] } })

  it('sends a line whose answer was lost again as the same line, also with other words', async () => {
    const w = show()
    await w.get('.title button').trigger('click')
    const fields = w.findAll('input')
    for (const [i, v] of ['强光手电', '5', '个', '区消防救援大队'].entries()) await fields[i]!.setValue(v)
    for (const n of ['5', '5', '6']) {
      await fields[1]!.setValue(n)
      await w.get('form').trigger('submit')
      await flushPromises()
    }
    const [first, again, other] = sent()
    expect(again).toEqual(first)
    expect(other!.lines[0]).toMatchObject({ id: first!.lines[0]!.id, lent: 6 })
  })

  it('sends what logistics has lent again in the same words', async () => {
    const w = show()
    const press = async () => {
      await w.get('.lent button').trigger('click')
      await flushPromises()
    }
    await press()
    await press()
    const [first, again] = sent()
    expect(again).toEqual(first)
  })
})
