// @vitest-environment jsdom
import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Place } from '../api/types'
import { findPlaces } from './client'
import PlaceFind from './PlaceFind.vue'

vi.mock('vue-i18n', () => ({ useI18n: () => ({ t: (key: string) => key }) }))
vi.mock('./client', () => ({ findPlaces: vi.fn() }))

const villages: Place[] = ['甲村', '乙村'].map((name, i) => ({ code: `50011000100${i}`, path: `/${i}/`, name, full: `綦江区古南街道${name}` }))

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

async function typed(answer: Place[] | Error) {
  vi.mocked(findPlaces).mockReset()
  if (answer instanceof Error) vi.mocked(findPlaces).mockRejectedValue(answer)
  else vi.mocked(findPlaces).mockResolvedValue(answer)
  const w = mount(PlaceFind, { props: { point: { lon: 106.6, lat: 29, source: 'map' }, place: '500110' } })
  await w.get('input').setValue('村')
  await vi.advanceTimersByTimeAsync(250)
  return w
}

it('asks around what the form knows, and shows each with what stands above it', async () => {
  const w = await typed(villages)
  expect(findPlaces).toHaveBeenCalledWith('村', { place: '500110', point: { lon: 106.6, lat: 29, source: 'map' } })
  expect(w.findAll('li').map((li) => li.text())).toEqual(['甲村綦江区古南街道', '乙村綦江区古南街道'])
})
it('is used by keys alone, and Enter on nothing picks nothing', async () => {
  const w = await typed(villages)
  await w.get('input').trigger('keydown', { key: 'Enter' })
  expect(w.emitted('pick')).toBeUndefined()
  await w.get('input').trigger('keydown', { key: 'ArrowUp' })
  await w.get('input').trigger('keydown', { key: 'ArrowDown' })
  await w.get('input').trigger('keydown', { key: 'ArrowDown' })
  expect(w.get('input').attributes('aria-activedescendant')).toBe('find-1')
  await w.get('input').trigger('keydown', { key: 'Enter' })
  expect(w.emitted('pick')).toEqual([[villages[1]]])
  await w.get('input').trigger('keydown', { key: 'Escape' })
  expect(w.emitted('close')).toHaveLength(1)
})
it('says how to go on when nothing is found, and when it cannot search', async () => {
  expect((await typed([])).get('[role=status]').text()).toBe('find.none')
  expect((await typed(new Error('down'))).get('[role=status]').text()).toBe('find.failed')
})
it('offers nothing that was found for other words', async () => {
  const w = await typed(villages)
  await w.get('input').setValue('村子')
  expect(w.findAll('li')).toHaveLength(0)
})
