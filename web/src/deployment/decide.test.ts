import { describe, expect, it } from 'vitest'
import type { OfferDetail } from '../api/types'
import { asksWaiver, choices, first, lack, workOf } from './decide'

const offer = (with_: Partial<OfferDetail>) => ({ id: Math.random().toString(), actions: [], needs: ['n'], facts: [], eta: '2026-06-18T05:00:00Z', ...with_ }) as unknown as OfferDetail
const mark = { at: '', by: '' }

describe('what a desk may say', () => {
  it('follows the actions, without what was said already', () => {
    expect(choices(offer({ actions: ['accept', 'decline', 'withdraw', 'correct'], accepted: mark }))).toEqual(['decline'])
    expect(choices(offer({ actions: ['deploy_first'], urgent: mark }))).toEqual([])
  })
  it('begins with the next step, never with a refusal', () => {
    expect(first(offer({ actions: ['match', 'begin', 'decline'] }))).toBe('begin')
    expect(first(offer({ actions: ['match', 'decline'], needs: [] }))).toBe('match')
    expect(first(offer({ actions: ['decline', 'refuse'] }))).toBe('')
  })
  it('says what is missing', () => {
    const o = offer({ actions: ['agree'], signsAs: '', records: true, facts: [{ key: 'insured', good: false, n: 2 }] })
    const w = workOf(o)
    expect(asksWaiver(o, 'agree')).toBe(true)
    expect(lack(o, w, false, [])).toBe('waiver')
    w.waiver = '统一投保'
    expect(lack(o, w, false, [])).toBe('decidedBy')
    w.decision.decidedBy = '省厅'
    w.decision.how = 'system'
    expect(lack(o, w, false, [])).toBe('reference')
    w.decision.reference = 'A-1'
    expect(lack(o, w, false, [])).toBe('')
    w.verb = 'deploy_first'
    expect(lack(o, w, true, [])).toBe('cause')
    w.cause = 'trapped'
    expect(lack(o, w, true, [])).toBe('reason')
    Object.assign(w, { reason: '屋顶被困', waiver: '' })
    expect(lack(o, w, true, [])).toBe('waiver')
    w.verb = 'order'
    expect(lack(o, w, false, [])).toBe('accepted')
  })
})
