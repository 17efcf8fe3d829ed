import { Blob as NodeBlob } from 'node:buffer'
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createI18n } from 'vue-i18n'
import { ApiError } from '../api/http'
import { putBytes } from '../api/upload'
import zh from '../app/locale/zh-CN.json'
import { attachScan, kindOf, prepare, type ScanFile, type Scanned } from './scans'
import ScansField from './ScansField.vue'
import { makeSending } from './sending'

const of = (type: string, ...bytes: (string | number[])[]) => new NodeBlob(bytes.map((b) => (typeof b === 'string' ? b : new Uint8Array(b))), { type }) as unknown as Blob
const jpeg = (type = 'image/jpeg') => of(type, [0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0])
const png = () => of('image/png', [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0])
const pdf = () => of('application/pdf', '%PDF-1.4\ntrailer\n%%EOF\n')
const decision: Scanned = { of: 'decision', incident: 'i', decision: 'd', who: '指挥部' }
const file = (id: string, content: Blob = jpeg()): ScanFile => ({ id, name: `${id}.jpg`, ready: prepare(content) })

describe('a file is looked at before it is sent', () => {
  it('by its content', async () => {
    expect([await kindOf(jpeg()), await kindOf(png()), await kindOf(pdf())]).toEqual(['image/jpeg', 'image/png', 'application/pdf'])
    expect(await kindOf(of('application/pdf', '%PDF-1.4 cut off'))).toBe('')
    expect(await kindOf(of('application/pdf', 'MZ %PDF-1.4 %%EOF'))).toBe('')
  })
  it('and refused when it is not what it says, is empty or too large', async () => {
    expect(await prepare(of('application/pdf', '<html>'))).toEqual({ wrong: 'kind' })
    expect(await prepare(jpeg('image/png'))).toEqual({ wrong: 'kind' })
    expect(await prepare(of('text/plain', 'words'))).toEqual({ wrong: 'kind' })
    expect(await prepare(of('image/png'))).toEqual({ wrong: 'empty' })
    expect(await prepare(of('application/pdf', '%PDF-1.4', 'x'.repeat(8 << 20), '%%EOF'))).toEqual({ wrong: 'large' })
  })
  it('and named by its content where the system names no type', async () => {
    const got = await prepare(jpeg(''))
    expect('content' in got && got.content.type).toBe('image/jpeg')
  })
})

describe('files that were chosen with a decision', () => {
  it('go up when it stands, and leave nothing behind', async () => {
    const sent: string[] = []
    const s = makeSending((to, scan) => (sent.push(`${to.who}/${scan}`), Promise.resolve()))
    await s.put(decision, [file('a'), file('b')])
    expect(sent).toEqual(['指挥部/a', '指挥部/b'])
    expect(s.items.value).toEqual([])
    expect(s.lost.value).toBeUndefined()
  })

  it('wait where the line was lost, and go again under the same ids', async () => {
    const tried: string[] = []
    let line = false
    const s = makeSending((_to, scan, _content, progress) => {
      tried.push(scan)
      progress(0.4)
      return scan === 'a' || line ? Promise.resolve() : Promise.reject(new ApiError(0, {}))
    })
    await s.put(decision, [file('a'), file('b'), file('c')])
    expect(tried).toEqual(['a', 'b']) // nothing is tried on a line that is gone
    expect([s.waiting.value, s.lost.value?.offline, s.items.value[1]!.part]).toEqual([2, true, 0])
    line = true
    await s.send()
    expect(tried).toEqual(['a', 'b', 'b', 'c'])
    expect(s.items.value).toEqual([])
  })

  it('wait also for the next session, a slower pace, and a server that comes back', async () => {
    for (const status of [401, 429, 500]) {
      const s = makeSending(() => Promise.reject(new ApiError(status, {})))
      await s.put(decision, [file('a')])
      expect([status, s.waiting.value, s.refused.value.length]).toEqual([status, 1, 0])
    }
  })

  it('are named when refused, and the others go on', async () => {
    const sent: string[] = []
    const s = makeSending((_to, scan) => (scan === 'a' ? Promise.reject(new ApiError(409, { code: 'decision.scans_full', detail: '一项决定最多附 20 个文件' })) : (sent.push(scan), Promise.resolve())))
    await s.put(decision, [file('a'), file('b', of('application/pdf', 'no paper')), file('c')])
    expect(sent).toEqual(['c'])
    expect(s.items.value.map((f) => [f.id, f.state, f.wrong ?? f.fault?.text('zh-CN')])).toEqual([['a', 'refused', '一项决定最多附 20 个文件'], ['b', 'refused', 'kind']])
    s.forget()
    expect(s.items.value).toEqual([])
  })

  it('of one who has left are not sent by the next', async () => {
    let line = false
    const sent: string[] = []
    const s = makeSending((_to, scan) => (line ? (sent.push(scan), Promise.resolve()) : Promise.reject(new ApiError(0, {}))))
    await s.put(decision, [file('a')])
    s.forget()
    line = true
    await s.send()
    expect(sent).toEqual([])
  })
})

describe('the field for files', () => {
  beforeEach(() => vi.stubGlobal('matchMedia', () => ({ matches: true, addEventListener: () => {}, removeEventListener: () => {} })))
  afterEach(() => vi.unstubAllGlobals())
  it('keeps what can be a paper, says of the rest why not, and takes a photo on a phone', async () => {
    const i18n = createI18n({ legacy: false, locale: 'zh-CN', messages: { 'zh-CN': zh } })
    const field = mount(ScansField, { props: { id: 'x', modelValue: [], 'onUpdate:modelValue': (v: ScanFile[]) => field.setProps({ modelValue: v }) }, global: { plugins: [i18n] } })
    const boxes = field.findAll('input')
    expect(boxes.map((b) => b.attributes('capture'))).toEqual([undefined, 'environment'])
    const files = [Object.assign(jpeg(), { name: '批示.jpg' }), Object.assign(of('application/pdf', '<html>'), { name: '网页.pdf' })]
    Object.defineProperty(boxes[0]!.element, 'files', { value: files })
    await boxes[0]!.trigger('change')
    await flushPromises()
    await vi.waitFor(() => expect(field.find('.field-error').text()).toContain('“网页.pdf”不是可用的'))
    expect(field.findAll('li').map((l) => l.find('.name').text())).toEqual(['批示.jpg'])
    await field.find('li button').trigger('click')
    expect(field.findAll('li')).toHaveLength(0)
  })
})

describe('bytes on their way', () => {
  class Line {
    static last: Line
    upload: { onprogress?: (e: object) => void; onload?: () => void } = {}
    onload?: () => void
    onerror?: () => void
    onabort?: () => void
    status = 0
    responseText = ''
    headers: Record<string, string> = {}
    constructor() { Line.last = this }
    open(method: string, path: string) { this.headers.to = `${method} ${path}` }
    setRequestHeader(name: string, value: string) { this.headers[name] = value }
    getResponseHeader() { return null }
    send() {}
    abort() { this.onabort?.() }
  }
  beforeEach(() => {
    vi.stubGlobal('XMLHttpRequest', Line)
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })
  it('say how far they are, and may take long as long as they move', async () => {
    const parts: number[] = []
    const sent = putBytes('/p', jpeg(), (p) => parts.push(p))
    const x = Line.last
    for (const loaded of [1, 2, 3, 4]) {
      vi.advanceTimersByTime(15_000)
      x.upload.onprogress?.({ lengthComputable: true, loaded, total: 4 })
    }
    x.upload.onload?.()
    x.status = 204
    x.onload?.()
    await sent
    expect(parts).toEqual([0.25, 0.5, 0.75, 1])
    expect(x.headers).toMatchObject({ to: 'PUT /p', 'Content-Type': 'image/jpeg' })
  })
  it('go to the decision or the instruction that they are the paper of', () => {
    void attachScan(decision, 's', jpeg(), () => {})
    expect(Line.last.headers.to).toBe('PUT /api/v1/incidents/i/decisions/d/scans/s')
    void attachScan({ of: 'instruction', instruction: 'o', who: '区政府' }, 's', jpeg(), () => {})
    expect(Line.last.headers.to).toBe('PUT /api/v1/instructions/o/scans/s')
  })
  it('are lost when nothing moves', async () => {
    const sent = putBytes('/p', jpeg(), () => {})
    vi.advanceTimersByTime(20_001)
    await expect(sent).rejects.toMatchObject({ offline: true })
  })
  it('bring the words of a refusal', async () => {
    const sent = putBytes('/p', jpeg(), () => {})
    const x = Line.last
    x.status = 422
    x.responseText = JSON.stringify({ code: 'invalid', errors: [{ location: 'body', message: '文件不超过 1 KB' }] })
    x.onload?.()
    await expect(sent).rejects.toSatisfy((e: ApiError) => e.field('body', 'zh-CN') === '文件不超过 1 KB')
  })
})
