import { ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, it } from 'vitest'
import { judgeCode } from './judge'
import { accept, ageMinutes, believe, clockFault, fingerprint, newest, passed, restored, type Kept, type Signed, type Trust } from './trust'
import vectors from './vectors.json'

const base64 = (b: Uint8Array) => btoa(String.fromCharCode(...b))
const at = (h: number) => Date.parse('2026-06-18T00:00:00Z') + h * 3_600_000
const minute = 60_000
const secret = (n: number) => new Uint8Array(32).fill(n)
const publicOf = (n: number) => base64(ed25519.getPublicKey(secret(n)))

// A list as the server signs it; key 7 is ours.
function signed(no: number, hour: number, key = 7, before: number[] = []): Signed {
  const text = JSON.stringify({ no, at: new Date(at(hour)).toISOString(), maxAge: 240, skew: 5, passes: [], revoked: [], used: [], keys: before.map(publicOf) })
  return { text, signature: base64(ed25519.sign(new TextEncoder().encode('lianyuan gate list\0' + text), secret(key))), key: publicOf(key) }
}
const byKey = (key: number, domain: string, of: number) => base64(ed25519.sign(Uint8Array.from([...new TextEncoder().encode(domain), 0, ...ed25519.getPublicKey(secret(of))]), secret(key)))
const handed = (by: number, to: number) => ({ by: publicOf(by), key: publicOf(to), signature: byKey(by, 'lianyuan pass key handed on', to) })
const ended = (key: number) => ({ key: publicOf(key), signature: byKey(key, 'lianyuan pass key ended', key) })
const none: Trust = { keys: [] }
const ours: Trust = { keys: [publicOf(7)] }
const first = (): Kept => accept(undefined, none, signed(7, 8), at(8)).kept!

describe('lists', () => {
  it('are taken when they are signed, as the server signs them; the first key is pinned', () => {
    const given = { text: vectors.list.text, signature: base64(Uint8Array.from(vectors.list.signature.match(/../g)!, (x) => parseInt(x, 16))), key: publicOf(7) }
    expect(accept(undefined, none, given, at(8))).toMatchObject({ trust: ours, kept: { list: { no: 7, drills: [] }, keys: ours.keys } })
    expect(accept(undefined, none, { ...given, text: '{"no":8}' }, at(8))).toEqual({ kept: undefined, trust: none, refused: 'signature' })
  })
  it('never go back to an older one', () => {
    const kept = first()
    expect(accept(kept, ours, signed(6, 9), at(9))).toEqual({ kept, trust: ours, refused: 'older' })
    expect(accept(kept, ours, signed(7, 7), at(9)).refused).toBe('older')
    expect(accept(kept, ours, signed(7, 9), at(9)).kept?.list.at).toBe('2026-06-18T09:00:00.000Z')
  })
  it('with another key are not used until a person has compared it; then codes of both are read', () => {
    const kept = first()
    const got = accept(kept, ours, signed(9, 9, 8), at(9))
    expect(got).toEqual({ kept, trust: { keys: ours.keys, asked: publicOf(8) }, refused: 'new_key' })
    const trust = believe(got.trust)
    expect(trust).toEqual({ keys: [publicOf(8), publicOf(7)] })
    expect(accept(kept, trust, signed(9, 9, 8), at(9)).kept?.list.no).toBe(9)
    expect(accept(kept, trust, signed(10, 9, 7), at(9)).refused).toBe('new_key')
    expect(accept(kept, got.trust, signed(8, 9), at(9)).trust.asked).toBeUndefined()
  })
  it('of a key that was handed on to are taken without asking, over as many as came between; a new device reads the codes of before', () => {
    const kept = first()
    const list = { ...signed(9, 9, 9, [7, 8]), handed: [handed(7, 8), handed(8, 9)] }
    const got = accept(kept, ours, list, at(9))
    expect(got).toMatchObject({ trust: { keys: [publicOf(9), publicOf(7), publicOf(8)] }, kept: { list: { no: 9 } } })
    expect(got.refused).toBeUndefined()
    expect(judgeCode(got.kept, vectors.cases[0]!.code, { direction: 'in', now: at(9) }).why).not.toBe('unknown_key')
    expect(accept(undefined, none, list, at(9)).kept?.keys).toContain(publicOf(7))
    expect(accept(kept, ours, { ...list, handed: [handed(8, 9)] }, at(9)).refused).toBe('new_key')
    expect(accept(kept, ours, { ...list, handed: [{ ...handed(7, 9), signature: handed(7, 8).signature }] }, at(9)).refused).toBe('new_key')
    expect(accept(kept, ours, { ...list, handed: [handed(7, 8), handed(8, 7)] }, at(9)).refused).toBe('new_key')
  })
  it('of a key that counts no more: its codes are refused at once, and a person accepts the next', () => {
    const kept = first()
    const list = { ...signed(9, 9, 8), handed: [handed(7, 8)], ended: [ended(7)] }
    const got = accept(kept, ours, list, at(9))
    expect(got).toMatchObject({ refused: 'new_key', trust: { keys: ours.keys, asked: publicOf(8), ended: ours.keys }, kept: { list: { no: 7 } } })
    const why = (k: Kept | undefined) => judgeCode(k, vectors.cases[0]!.code, { direction: 'in', now: at(9) })
    expect(why(kept).why).not.toBe('key_ended')
    expect(why(got.kept)).toMatchObject({ verdict: 'stop', why: 'key_ended' })
    expect(why(restored(kept, got.trust, at(9)))).toMatchObject({ verdict: 'stop', why: 'key_ended' })
    const trust = believe(got.trust)
    expect(why(accept(got.kept, trust, list, at(9)).kept)).toMatchObject({ verdict: 'stop', why: 'key_ended' })
    expect(accept(undefined, none, list, at(9)).trust).toEqual({ keys: [publicOf(8)], ended: ours.keys })
    expect(accept(got.kept, trust, { ...signed(10, 9), handed: [handed(8, 7)] }, at(9)).refused).toBe('signature')
    expect(accept(kept, ours, { ...signed(9, 9), ended: [{ ...ended(8), key: publicOf(7) }] }, at(9)).trust).toEqual(ours)
  })
  it('are verified again when they come from storage', () => {
    const kept = first()
    const stored = (change: (k: Kept) => void) => {
      const k = JSON.parse(JSON.stringify(kept)) as Kept
      change(k)
      return restored(k, ours, at(8) + minute)
    }
    expect(stored(() => undefined)?.list.no).toBe(7)
    expect(stored((k) => (k.list.no = 99))?.list.no).toBe(7) // what was signed counts, not what stands beside it
    expect(stored((k) => (k.answer.text = k.answer.text.replace('"no":7', '"no":99')))).toBeUndefined()
    expect(stored((k) => (k.answer = signed(99, 8, 8)))).toBeUndefined()
    expect(stored((k) => (k.drift = NaN))).toBeUndefined()
    expect(restored(kept, none, at(8))).toBeUndefined()
    expect(restored({ list: kept.list, keys: [publicOf(7)] }, ours, at(8))).toBeUndefined()
    expect(restored(null, ours, at(8))).toBeUndefined()
  })
  it('that another page of the device kept are gone by when they are newer and signed', () => {
    const kept = first()
    const other = JSON.parse(JSON.stringify(accept(kept, ours, signed(8, 8), at(8)).kept)) as Kept
    expect(newest(kept, other, ours, at(8)).list.no).toBe(8)
    expect(newest(kept, JSON.parse(JSON.stringify(first())), ours, at(8))).toBe(kept)
    const newer = accept(undefined, ours, signed(9, 8), at(8)).kept!
    expect(newest(newer, other, ours, at(8))).toBe(newer)
    expect(newest(kept, { ...other, answer: signed(8, 8, 8) }, ours, at(8))).toBe(kept)
    expect(newest(kept, { ...other, list: { ...other.list, no: 99 }, answer: kept.answer }, ours, at(8))).toBe(kept)
    expect(newest(kept, null, ours, at(8))).toBe(kept)
  })
  it('show a key as papers print it', () => expect(fingerprint(publicOf(7))).toBe(vectors.key))
  it('tell their age', () => expect(ageMinutes(first(), at(8) + 32 * minute)).toBe(32))
})

describe('the clock', () => {
  it('is believed while it runs as the page does', () => {
    const kept = first()
    passed(kept, at(8) + 30 * minute, 30 * minute)
    expect(clockFault(kept, at(8) + 30 * minute)).toBeUndefined()
  })
  it.each([[40], [-40]])('is not believed once it jumped by %d minutes', (jump) => {
    const kept = first()
    passed(kept, at(8) + (10 + jump) * minute, 10 * minute)
    expect(clockFault(kept, kept.seen)).toBe(jump < 0 ? 'behind' : 'moved')
    expect(judgeCode(kept, vectors.cases.find((c) => c.name === 'a pass')!.code, { direction: 'in', now: kept.seen }).why).toBe('clock')
    const again = accept(kept, ours, signed(8, 9), at(9)).kept!
    expect(clockFault(again, at(9))).toBeUndefined()
  })
  it('is not believed in small steps either, nor after a night in storage', () => {
    const kept = first()
    for (let i = 1; i <= 6; i++) passed(kept, at(8) + 2 * i * minute, minute)
    expect(clockFault(kept, kept.seen)).toBe('moved')
    expect(clockFault(restored(first(), ours, at(20))!, at(20))).toBe('moved')
    expect(clockFault(restored(first(), ours, at(8) + 3 * minute)!, at(8) + 3 * minute)).toBeUndefined()
  })
  it('is never believed before a moment that the server has shown', () => {
    const later = accept(accept(undefined, none, signed(7, 12), at(12)).kept, ours, signed(8, 8), at(8)).kept!
    expect(later.serverAt).toBe(at(12))
    expect(clockFault(later, at(8))).toBe('behind')
  })
  it('is not believed when it differed from the start', () => expect(clockFault(accept(undefined, none, signed(7, 8), at(9)).kept!, at(9))).toBe('differed'))
})
