import { reactive } from 'vue'
import type { DecisionIn, OfferDetail } from '../api/types'
import type { ScanFile } from '../incident/scans'

export const hows = ['paper', 'phone', 'meeting', 'system'] as const

// What a desk may say of an offer now: the verbs of its life cycle that the server allows, without those that a button
// of its own says, and without what has been said already.
const order = ['match', 'begin', 'agree', 'accept', 'order', 'take_up', 'stand_by', 'send_back', 'return', 'decline', 'refuse', 'stand_down', 'deploy_first'] as const
export type Verb = (typeof order)[number]

export function choices(o: Pick<OfferDetail, 'actions' | 'accepted' | 'urgent'>): Verb[] {
  return order.filter((v) => o.actions.includes(v) && !(v === 'accept' && o.accepted) && !(v === 'deploy_first' && o.urgent))
}

// What comes next on the way of an offer: never a refusal.
export function first(o: Pick<OfferDetail, 'actions' | 'accepted' | 'urgent' | 'needs'>): Verb | '' {
  const may = choices(o)
  const next: Verb[] = [...(o.needs.length ? (['begin'] as const) : []), 'match', 'agree', 'accept', 'order', 'take_up']
  return next.find((v) => may.includes(v)) ?? ''
}

// Why lives depend on a team that goes before it is signed for.
export const causes = ['trapped', 'missing', 'injured', 'imminent', 'cut_off'] as const

export interface Work {
  verb: Verb | ''
  cause: (typeof causes)[number] | ''
  reason: string
  waiver: string
  decision: { decidedBy: string; how: (typeof hows)[number]; decidedAt: string | undefined; reference: string; scans: ScanFile[] }
  order: { reportTo: string; reportAt: string; by: string | undefined; hazards: string; contact: string }
}

const open = new Map<string, Work>()

// What the desk has begun to write for an offer stays while other rows are read.
export function workOf(o: OfferDetail): Work {
  let w = open.get(o.id)
  if (!w) {
    w = reactive<Work>({
      verb: first(o), cause: '', reason: '', waiver: '',
      decision: { decidedBy: '', how: 'phone', decidedAt: undefined, reference: '', scans: [] },
      order: { reportTo: '', reportAt: '', by: o.eta, hazards: '', contact: '' },
    })
    open.set(o.id, w)
  }
  if (w.verb && !choices(o).includes(w.verb)) w.verb = first(o)
  return w
}
export function done(o: OfferDetail): void {
  open.delete(o.id)
}

export const signs = (v: Verb | ''): v is 'agree' | 'return' | 'refuse' => v === 'agree' || v === 'return' || v === 'refuse'

// Agreeing to people without insurance, or letting them go first, takes somebody who answers for it.
export function asksWaiver(o: Pick<OfferDetail, 'facts' | 'waiver'>, verb: Verb | ''): boolean {
  return (verb === 'agree' || verb === 'deploy_first') && !o.waiver && o.facts.some((f) => f.key === 'insured' && !f.good)
}

export type Lack = 'verb' | 'need' | 'cause' | 'reason' | 'waiver' | 'decidedBy' | 'reference' | 'reportTo' | 'reportAt' | 'by' | 'contact' | 'accepted'
export function lack(o: OfferDetail, w: Work, reasoned: boolean, needs: string[]): Lack | '' {
  if (!w.verb) return 'verb'
  if (w.verb === 'match' && !needs.length) return 'need'
  if (w.verb === 'order' && !o.accepted) return 'accepted'
  if (w.verb === 'order') return (['reportTo', 'reportAt', 'by', 'contact'] as const).find((k) => !(w.order[k] ?? '').trim()) ?? ''
  if (w.verb === 'deploy_first' && !w.cause) return 'cause'
  if (reasoned && !w.reason.trim()) return 'reason'
  if (asksWaiver(o, w.verb) && !w.waiver.trim()) return 'waiver'
  if (signs(w.verb) && !o.signsAs && o.records) {
    if (!w.decision.decidedBy.trim()) return 'decidedBy'
    if ((w.decision.how === 'paper' || w.decision.how === 'system') && !w.decision.reference.trim()) return 'reference'
  }
  return ''
}

export function decisionOf(w: Work, id: string, now: number): DecisionIn {
  const d = w.decision
  const reference = d.reference.trim()
  return { id, decidedBy: d.decidedBy.trim(), how: d.how, decidedAt: d.decidedAt ?? new Date(now).toISOString(), ...(reference ? { reference } : {}) }
}
