import { describe, expect, it } from 'vitest'
import { judgeCode, judgeTyped, plateOf, timed, type Direction } from './judge'
import { openCode } from './token'
import type { GateList, Kept } from './trust'
import vectors from './vectors.json'

const hex = (s: string) => Uint8Array.from(s.match(/../g) ?? [], (x) => parseInt(x, 16))
const key = hex(vectors.public)
const base64 = (b: Uint8Array) => btoa(String.fromCharCode(...b))
const at = (h: number) => Date.parse('2026-06-18T00:00:00Z') + h * 3_600_000
const codeOf = (name: string) => vectors.cases.find((c) => c.name === name)!.code

describe('codes of passes', () => {
  it.each(vectors.cases)('$name', (c) => {
    const got = openCode(c.code, [key])
    if (c.error) expect('trouble' in got && got.trouble.replace('key', 'signature')).toBe(c.error)
    else {
      const t = { To: '', Issuer: '', Drill: false, ...c.token! }
      expect('token' in got && got.token).toEqual({
        number: t.Number, plate: t.Plate, colour: t.Colour, kind: t.Kind, destination: t.Destination, incident: t.Incident, to: t.To, issuer: t.Issuer, drill: t.Drill,
        outFrom: Date.parse(t.OutFrom), outTo: Date.parse(t.OutTo), backFrom: Date.parse(t.BackFrom), backTo: Date.parse(t.BackTo),
      })
    }
  })
})

describe('windows', () => {
  const w = vectors.windows
  const span = { outFrom: Date.parse(w.outFrom), outTo: Date.parse(w.outTo), backFrom: Date.parse(w.backFrom), backTo: Date.parse(w.backTo) }
  it.each(w.cases)('$direction at $at: $why', (c) => expect(timed(span, c.direction as Direction, Date.parse(c.at))).toBe(c.why))
})

const list: GateList = {
  no: 7, at: '2026-06-18T08:00:00Z', maxAge: 240, skew: 5,
  passes: [{
    number: 'TX-A0001', plate: '渝A00017', colour: 'blue', kind: 'equipment', team: '山城水上应急队', crew: 5, load: '冲锋舟 2', route: '渝黔高速', destination: '綦江区', incident: 'SJ-A0001',
    outFrom: '2026-06-18T00:00:00Z', outTo: '2026-06-20T10:00:00Z', backFrom: '2026-06-20T00:00:00Z', backTo: '2026-06-21T00:00:00Z', toll: 'on_list',
  }],
  revoked: [{ number: 'TX-A0009', plate: '渝B00082', colour: 'yellow', at: '2026-06-18T07:00:00Z', why: '队伍已改派南川区' }],
  used: ['TX-A0005'], points: [], incidents: [], drills: ['SJ-A0002'], homeward: [], keys: [],
}
const kept = (with_: Partial<Kept> = {}, changed: Partial<GateList> = {}): Kept => ({
  answer: { text: '', signature: '', key: base64(key) }, list: { ...list, ...changed }, keys: [base64(key)], fetchedAt: at(8), seen: at(8), serverAt: at(8), drift: 0, ...with_,
})
const good = codeOf('a pass')
const drilled = codeOf('a pass of a drill')
const said = (a: { verdict: string; why: string }) => `${a.verdict} ${a.why}`

describe('why a pass counts no more', () => {
  it('keeps the key of what the system said, and has none in a list of before', () => {
    const gone = kept({}, { revoked: [{ ...list.revoked[0]!, number: 'TX-A0001', why: '已换发返程通行证', cause: 'replaced' }] })
    expect(judgeCode(gone, good, { direction: 'in', now: at(9) })).toMatchObject({ why: 'revoked', cause: 'replaced', note: '已换发返程通行证' })
    expect(judgeTyped(gone, 'TX-A0001', { direction: 'in', now: at(9) })).toMatchObject({ why: 'revoked', cause: 'replaced' })
    expect(judgeTyped({ ...gone, list: { ...gone.list, passes: [] } }, 'TX-A0001', { direction: 'in', now: at(9) })).toMatchObject({ why: 'revoked', cause: 'replaced' })
    expect(judgeTyped(kept(), 'TX-A0009', { direction: 'in', now: at(9) }).cause).toBeUndefined()
  })
})

describe('the answer of a gate', () => {
  it.each([
    ['in its window', kept(), good, 'in', at(9), 'go in_window'],
    ['a code of layout 1', kept(), codeOf('a pass of layout 1'), 'in', at(9), 'go in_window'],
    ['no list yet', undefined, good, 'in', at(9), 'unknown no_list'],
    ['a list past its limit', kept(), good, 'in', at(13), 'unknown list_old'],
    ['a clock that went back', kept({ drift: -10 * 60_000 }), good, 'in', at(8.5), 'unknown clock'],
    ['a clock that went forward', kept({ drift: 10 * 60_000 }), good, 'in', at(9), 'unknown clock'],
    ['a clock behind the server', kept({ serverAt: at(10) }), good, 'in', at(9), 'unknown clock'],
    ['a clock that differed', kept({ fetchedAt: at(9) }), good, 'in', at(9), 'unknown clock'],
    ['revoked, on an old list too', kept({}, { revoked: [{ ...list.revoked[0]!, number: 'TX-A0001' }] }), good, 'in', at(20), 'stop revoked'],
    ['used up', kept({}, { used: ['TX-A0001'] }), good, 'in', at(9), 'stop used'],
    ['stood down, inwards', kept({}, { homeward: ['TX-A0001'] }), good, 'in', at(9), 'stop stood_down'],
    ['stood down, inwards, on an old list', kept({}, { homeward: ['TX-A0001'] }), good, 'in', at(20), 'stop stood_down'],
    ['not on the list, issued later', kept({}, { passes: [] }), good, 'in', at(9), 'go in_window'],
    ['made a drill afterwards', kept(), codeOf('made a drill afterwards'), 'in', at(9), 'stop forged'],
    ['of a drill', kept(), drilled, 'in', at(9), 'stop drill_only'],
    ['of a drill, on an old list', kept(), drilled, 'in', at(20), 'stop drill_only'],
    ['of a drill that the list does not know', kept({}, { drills: [] }), drilled, 'in', at(9), 'stop drill_only'],
    ['of layout 1, of a drill', kept({}, { drills: ['SJ-A0001'] }), codeOf('a pass of layout 1'), 'in', at(9), 'stop drill_only'],
    ['one bit changed', kept(), codeOf('one bit changed'), 'in', at(9), 'stop forged'],
    ['a key we never met', kept(), codeOf('signed by somebody else'), 'in', at(9), 'unknown unknown_key'],
    ['something else', kept(), 'https://example.org/', 'in', at(9), 'unknown not_a_code'],
    ['another layout', kept(), codeOf('another layout'), 'in', at(9), 'unknown other_version'],
  ] as const)('%s', (_, k, code, direction, now, want) => {
    expect(said(judgeCode(k, code, { direction, now }))).toBe(want)
  })

  const fresh = (h: number, changed: Partial<GateList> = {}) => kept({ fetchedAt: at(h), seen: at(h), serverAt: at(h) }, { at: new Date(at(h)).toISOString(), ...changed })
  it('goes by the window of the direction', () => {
    const answer = (direction: Direction, h: number) => said(judgeCode(fresh(h), good, { direction, now: at(h) }))
    expect(answer('in', -1)).toBe('stop too_early')
    expect(answer('in', 60)).toBe('stop too_late')
    expect(answer('out', 30)).toBe('stop back_early')
    expect(answer('out', 60)).toBe('go in_window')
    expect(answer('out', 80)).toBe('stop lapsed')
  })
  it('lets out who was stood down', () => expect(said(judgeCode(fresh(60, { homeward: ['TX-A0001'] }), good, { direction: 'out', now: at(60) }))).toBe('go in_window'))

  it('takes a pass of a drill where that drill is held, and says that it is one', () => {
    expect(judgeCode(kept(), drilled, { direction: 'in', now: at(9), drill: 'SJ-A0002' })).toMatchObject({ verdict: 'go', drill: true })
    expect(said(judgeCode(kept(), drilled, { direction: 'in', now: at(9), drill: 'SJ-A0003' }))).toBe('stop drill_only')
    expect(judgeTyped(kept({}, { drills: ['SJ-A0001'] }), 'TX-A0001', { direction: 'in', now: at(9) })).toMatchObject({ why: 'drill_only', drill: true })
  })
  it('says what a code of another county is for', () => {
    expect(judgeCode(kept({}, { passes: [] }), good, { direction: 'in', now: at(9) })).toMatchObject({ goes: '重庆市綦江区', incident: 'SJ-A0001', issuer: '重庆市抗洪抢险应急救援指挥部' })
    expect(judgeCode(kept({}, { passes: [] }), codeOf('a pass of layout 1'), { direction: 'in', now: at(9) })).toMatchObject({ goes: '500110', incident: 'SJ-A0001' })
  })

  it.each([
    ['渝a·00017', at(9), 'go in_window'],
    ['tx-a0001', at(9), 'go in_window'],
    ['TX-A0001', at(13), 'unknown list_old'],
    ['TX-A0002', at(9), 'unknown not_listed'],
    ['TX-A0009', at(13), 'stop revoked'],
    ['TX-A0005', at(9), 'stop used'],
    ['渝B·00082', at(9), 'stop revoked'],
    ['渝C·12345', at(9), 'stop no_pass'],
    ['渝C·12345', at(13), 'unknown list_old'],
  ])('typed %s', (typed, now, want) => {
    expect(said(judgeTyped(kept(), typed, { direction: 'in', now }))).toBe(want)
  })

  it('reads plates as people write them', () => expect(plateOf(' 渝ａ·000 17')).toBe('渝A00017'))
})
