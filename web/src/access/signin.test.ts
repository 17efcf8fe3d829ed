import { describe, expect, it } from 'vitest'
import { ApiError } from '../api/http'
import { joined, mayConfirm, standing, stateOf, takesTwo, waiting } from './holder'
import { afterRefusal, inFours, passwordFits, sixDigits } from './signin'

const refused = (status: number, code: string) => new ApiError(status, { code })

describe('signing in', () => {
  it('asks for the six digits without calling it a mistake', () => {
    expect(afterRefusal('password', refused(401, 'code_needed'))).toEqual({ step: 'code', say: '' })
  })
  it('stays at the six digits while they are wrong or the network is away', () => {
    expect(afterRefusal('code', refused(401, 'code_wrong'))).toEqual({ step: 'code', say: 'code_wrong' })
    expect(afterRefusal('code', new ApiError(0, {}))).toEqual({ step: 'code', say: 'offline' })
    expect(afterRefusal('code', refused(429, 'too_many'))).toEqual({ step: 'code', say: 'too_many' })
  })
  it('goes back to the password for everything else', () => {
    expect(afterRefusal('code', refused(423, 'locked'))).toEqual({ step: 'password', say: 'locked' })
    expect(afterRefusal('code', refused(401, 'login_failed'))).toEqual({ step: 'password', say: 'failed' })
    expect(afterRefusal('password', refused(403, 'factor_needed'))).toEqual({ step: 'password', say: 'factor_needed' })
  })
  it('takes the digits however they are typed', () => {
    expect(sixDigits('123 456')).toBe('123456')
    expect(sixDigits('\uff11\uff12\uff13\uff14\uff15\uff16\uff17')).toBe('123456')
  })
  it('writes a secret in groups of four', () => {
    expect(inFours('JBSWY3DPEHPK3PXP')).toBe('JBSW Y3DP EHPK 3PXP')
    expect(inFours('ABCDE')).toBe('ABCD E')
  })
  it('counts a password in characters', () => {
    expect(passwordFits('a'.repeat(11))).toBe(false)
    expect(passwordFits('\u{20bb7}'.repeat(12))).toBe(true)
    expect(passwordFits('a'.repeat(129))).toBe(false)
  })
})

describe('grants', () => {
  const grant = { id: 'g', role: 'office', confirmed: false, givenBy: 'Lin', from: '2026-06-18T02:00:00Z', until: '2026-06-19T02:00:00Z' }
  const then = Date.parse('2026-06-18T12:00:00Z')
  const holder = { id: 'h', login: 'h', name: 'H', unit: '', enrolled: true, factor: true, locked: false, judges: false, grants: [grant] }
  const actor = (id: string, name: string, verbs = ['account.confirm']) => ({ id, name, verbs })

  it('are confirmed by a third person only', () => {
    expect(mayConfirm(actor('x', 'Xu'), holder, grant, then)).toBe('yes')
    expect(mayConfirm(actor('l', 'Lin'), holder, grant, then)).toBe('second')
    expect(mayConfirm(actor('h', 'H'), holder, grant, then)).toBe('self')
    expect(mayConfirm(actor('x', 'Xu', []), holder, grant, then)).toBe('no')
    expect(mayConfirm(actor('x', 'Xu'), holder, { ...grant, confirmed: true }, then)).toBe('no')
    expect(mayConfirm(actor('x', 'Xu'), holder, { ...grant, ended: '2026-06-01T00:00:00Z' }, then)).toBe('no')
    expect(mayConfirm(actor('x', 'Xu'), holder, grant, Date.parse('2026-06-20T00:00:00Z'))).toBe('no')
  })
  it('stand as they can be used', () => {
    const at = (x: Partial<typeof grant> & { ended?: string }, when: string) => standing({ ...grant, ...x }, Date.parse(when))
    expect(at({}, '2026-06-18T12:00:00Z')).toBe('waits')
    expect(at({ confirmed: true }, '2026-06-17T00:00:00Z')).toBe('future')
    expect(at({ confirmed: true }, '2026-06-18T12:00:00Z')).toBe('now')
    expect(at({ confirmed: true, ended: '2026-06-01T00:00:00Z' }, '2026-06-18T12:00:00Z')).toBe('ended')
    expect(at({}, '2026-06-20T00:00:00Z')).toBe('over')
  })
  it('tell what an account is in', () => {
    expect(stateOf({ enrolled: false, locked: false })).toBe('new')
    expect(stateOf({ enrolled: true, locked: true })).toBe('locked')
    expect(waiting([holder], then)).toBe(1)
    expect(takesTwo('office') && takesTwo('auditor') && !takesTwo('duty')).toBe(true)
  })
  it('are listed page by page without a row twice', () => {
    expect(joined([holder], [holder, { ...holder, id: 'i' }]).map((h) => h.id)).toEqual(['h', 'i'])
  })
})
