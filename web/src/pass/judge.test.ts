import { describe, expect, it } from 'vitest'
import { accept, ageMinutes, judgeCode, judgeTyped, plateOf, type GateList, type Kept } from './judge'
import { openCode, signedBy } from './token'
import vectors from './vectors.json'

const hex = (s: string) => Uint8Array.from(s.match(/../g) ?? [], (x) => parseInt(x, 16))
const key = hex(vectors.public)
const base64 = (b: Uint8Array) => btoa(String.fromCharCode(...b))
const at = (h: number) => Date.parse('2026-06-18T00:00:00Z') + h * 3_600_000

describe('codes of passes', () => {
  it.each(vectors.cases)('$name', (c) => {
    const got = openCode(c.code, [key])
    if (c.error) expect('trouble' in got && got.trouble.replace('key', 'signature')).toBe(c.error)
    else {
      expect('token' in got && got.token).toMatchObject({
        number: c.token!.Number, plate: c.token!.Plate, colour: c.token!.Colour, kind: c.token!.Kind, destination: c.token!.Destination, incident: c.token!.Incident,
        outFrom: Date.parse(c.token!.OutFrom), outTo: Date.parse(c.token!.OutTo), backFrom: Date.parse(c.token!.BackFrom), backTo: Date.parse(c.token!.BackTo),
      })
    }
  })
})

const list: GateList = {
  no: 7, at: '2026-06-18T08:00:00Z', maxAge: 240, skew: 5,
  passes: [{
    number: 'TX-A0001', plate: '渝A00017', colour: 'blue', kind: 'equipment', team: '山城水上应急队', crew: 5, load: '冲锋舟 2', route: '渝黔高速', destination: '綦江区', incident: 'SJ-A0001',
    outFrom: '2026-06-18T00:00:00Z', outTo: '2026-06-20T10:00:00Z', backFrom: '2026-06-20T00:00:00Z', backTo: '2026-06-21T00:00:00Z', toll: 'on_list',
  }],
  revoked: [{ number: 'TX-A0009', plate: '渝B00082', colour: 'yellow', at: '2026-06-18T07:00:00Z', why: '队伍已改派南川区' }],
  used: ['TX-A0005'],
}
const kept = (with_: Partial<Kept> = {}, changed: Partial<GateList> = {}): Kept => ({ list: { ...list, ...changed }, keys: [base64(key)], fetchedAt: at(8), seen: at(8), ...with_ })
const good = vectors.cases[0]!.code
const said = (a: { verdict: string; why: string }) => `${a.verdict} ${a.why}`

describe('the answer of a gate', () => {
  it.each([
    ['in its window', kept(), good, 'in', at(9), 'go in_window'],
    ['no list yet', undefined, good, 'in', at(9), 'unknown no_list'],
    ['a list past its limit', kept(), good, 'in', at(13), 'unknown list_old'],
    ['a clock that went back', kept({ seen: at(9) }), good, 'in', at(8.5), 'unknown clock'],
    ['a clock that differed', kept({ fetchedAt: at(9) }), good, 'in', at(9), 'unknown clock'],
    ['revoked, on an old list too', kept({}, { revoked: [{ ...list.revoked[0]!, number: 'TX-A0001' }] }), good, 'in', at(20), 'stop revoked'],
    ['used up', kept({}, { used: ['TX-A0001'] }), good, 'in', at(9), 'stop used'],
    ['not on the list, issued later', kept({}, { passes: [] }), good, 'in', at(9), 'go in_window'],
    ['one bit changed', kept(), vectors.cases[3]!.code, 'in', at(9), 'stop forged'],
    ['a key we never met', kept(), vectors.cases[2]!.code, 'in', at(9), 'unknown unknown_key'],
    ['something else', kept(), 'https://example.org/', 'in', at(9), 'unknown not_a_code'],
    ['another layout', kept(), vectors.cases[4]!.code, 'in', at(9), 'unknown other_version'],
  ] as const)('%s', (_, k, code, direction, now, want) => {
    expect(said(judgeCode(k, code, direction, now))).toBe(want)
  })

  it('goes by the windows', () => {
    const fresh = (h: number) => kept({ fetchedAt: at(h), seen: at(h) }, { at: new Date(at(h)).toISOString() })
    expect(said(judgeCode(fresh(-1), good, 'in', at(-1)))).toBe('stop too_early')
    expect(said(judgeCode(fresh(60), good, 'in', at(60)))).toBe('stop too_late')
    expect(said(judgeCode(fresh(60), good, 'out', at(60)))).toBe('go in_window')
    expect(said(judgeCode(fresh(80), good, 'out', at(80)))).toBe('stop lapsed')
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
    expect(said(judgeTyped(kept(), typed, 'in', now))).toBe(want)
  })

  it('reads plates as people write them', () => expect(plateOf(' 渝ａ·000 17')).toBe('渝A00017'))
  it('tells the age of the list', () => expect(ageMinutes(kept(), at(8) + 32 * 60_000)).toBe(32))
})

describe('lists', () => {
  const answer = { text: vectors.list.text, signature: base64(hex(vectors.list.signature)), key: base64(key) }
  it('takes a signed one', () => {
    expect(signedBy('gate list', new TextEncoder().encode(answer.text), hex(vectors.list.signature), key)).toBe(true)
    expect(accept(undefined, answer, at(8)).kept?.list.no).toBe(7)
  })
  it('refuses one that was changed', () => expect(accept(undefined, { ...answer, text: '{"no":8}' }, at(8)).refused).toBe('signature'))
  it('never goes back to an older one', () => {
    const now = kept({}, { no: 8 })
    expect(accept(now, answer, at(9))).toEqual({ kept: now, refused: 'older' })
  })
})
