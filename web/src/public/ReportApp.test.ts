import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { i18n } from './i18n'
import ReportApp from './ReportApp.vue'

const requests: { id: string; asked?: boolean; text?: string; clientTime: string }[] = []
let answers: (() => Response | Promise<Response>)[] = []

const problem = (status: number, code: string) =>
  new Response(JSON.stringify({ title: code, status, code, detail: code, detailEn: code }), { status, headers: { 'Content-Type': 'application/problem+json' } })
const received = () =>
  new Response(JSON.stringify({ receipt: '7K3M-92QX-4T8W-5', stage: 'received', at: '2026-06-18T02:02:00Z', flags: ['no_phone'] }), { status: 201, headers: { 'Content-Type': 'application/json' } })

function open(typed = {}) {
  return mount(ReportApp, { props: { typed }, global: { plugins: [i18n] }, attachTo: document.body })
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
  localStorage.clear()
  sessionStorage.clear()
  requests.length = 0
  window.scrollTo = () => undefined
  vi.stubGlobal('fetch', async (r: Request) => {
    requests.push(JSON.parse(await r.text()))
    const answer = answers.shift()
    if (!answer) throw new TypeError('no network')
    return answer()
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
  document.body.innerHTML = ''
})

describe('the public form', () => {
  it('sends the same record again until it is acknowledged', async () => {
    answers = [() => problem(503, 'down')]
    const page = open({ text: 'water' })
    await page.find('form').trigger('submit')
    await flushPromises()
    expect(page.find('.strip').exists()).toBe(true)
    expect(localStorage.getItem('ly.report.1')).toContain('water')
    answers = [() => problem(503, 'down'), received]
    await vi.advanceTimersByTimeAsync(3_000)
    await vi.advanceTimersByTimeAsync(6_000)
    await flushPromises()
    expect(page.find('.code').text()).toBe('7K3M-92QX-4T8W-5')
    expect(new Set(requests.map((r) => JSON.stringify(r))).size).toBe(1)
    expect(requests).toHaveLength(3)
    expect(localStorage.getItem('ly.report.1')).toBeNull()
    page.unmount()
  })

  it('shows the receipt again when it is opened anew just after it was acknowledged', async () => {
    answers = [received]
    const page = open({ text: 'water' })
    await page.find('form').trigger('submit')
    await flushPromises()
    page.unmount()
    const again = open()
    expect(again.find('.code').text()).toBe('7K3M-92QX-4T8W-5')
    await again.find('.sent .btn.wide:last-child').trigger('click')
    expect(again.find('form').exists()).toBe(true)
    again.unmount()
    const another = open()
    expect(another.find('.code').exists()).toBe(false)
    another.unmount()

    answers = [received]
    const first = open({ text: 'water' })
    await first.find('form').trigger('submit')
    await flushPromises()
    first.unmount()
    await vi.advanceTimersByTimeAsync(11 * 60_000)
    const later = open()
    expect(later.find('form').exists()).toBe(true)
    later.unmount()
  })

  it('asks once more, then takes it as it is', async () => {
    answers = [() => problem(422, 'ask_once_more'), received]
    const page = open()
    await page.find('form').trigger('submit')
    await flushPromises()
    expect(page.find('.ask').exists()).toBe(true)
    await page.findAll('.ask button')[1]!.trigger('click')
    await flushPromises()
    expect(requests.map((r) => r.asked)).toEqual([undefined, true])
    expect(page.find('.code').exists()).toBe(true)
    // the keyboard stays with what is shown, and comes back to the form
    expect(document.activeElement).toBe(page.find('.band').element)
    await page.findAll('button').at(-1)!.trigger('click')
    await flushPromises()
    expect(document.activeElement).toBe(page.find('.top').element)
    page.unmount()
  })

  it('goes on by itself after the page was closed while waiting', async () => {
    const first = open({ text: 'roof' })
    await first.find('form').trigger('submit')
    await flushPromises()
    first.unmount()
    answers = [received]
    const second = open()
    await flushPromises()
    expect(second.find('.code').exists()).toBe(true)
    expect(requests[1]).toEqual(requests[0])
    second.unmount()
  })

  it('keeps unknown apart from none in the number of people', async () => {
    const page = open()
    const [less, more] = page.findAll('.stepper button')
    const field = page.find<HTMLInputElement>('#people').element
    expect(field.value).toBe('')
    expect(less!.attributes('disabled')).toBeDefined()
    await more!.trigger('click')
    expect(field.value).toBe('1')
    await less!.trigger('click')
    expect(field.value).toBe('')
    page.unmount()
  })
})
