// @vitest-environment jsdom
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Place } from '../api/types'
import { findPlaces } from './client'
import PlaceField from './PlaceField.vue'

vi.mock('vue-i18n', () => ({ useI18n: () => ({ t: (key: string) => key }) }))
vi.mock('./client', () => ({ findPlaces: vi.fn(), placeAt: vi.fn(), homePlace: vi.fn(), outline: vi.fn(), outlineAround: vi.fn() }))

const town: Place = { code: '500110001', path: '/50/500110/500110001/', name: '古南街道', full: '重庆市綦江区古南街道' }

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  document.body.innerHTML = ''
})

it('goes on with the keyboard where a place was looked for, chosen or not', async () => {
  vi.mocked(findPlaces).mockResolvedValue([town])
  const w = mount(PlaceField, { attachTo: document.body, props: { point: null, address: '', place: '' } })
  await flushPromises()
  const opener = w.findAll('button').find((b) => b.text() === 'find.open')!
  await opener.trigger('click')
  await flushPromises()
  const box = w.get('[role=combobox]')
  expect(document.activeElement).toBe(box.element)
  await box.trigger('keydown', { key: 'Escape' })
  await flushPromises()
  expect([w.find('[role=combobox]').exists(), document.activeElement]).toEqual([false, opener.element])

  await opener.trigger('click')
  await w.get('[role=combobox]').setValue('古南')
  await vi.advanceTimersByTimeAsync(400)
  await w.get('[role=combobox]').trigger('keydown', { key: 'Enter' })
  await flushPromises()
  expect([w.get('.chosen span').text(), document.activeElement]).toEqual([town.full, opener.element])
})
