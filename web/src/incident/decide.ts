import type { DecisionIn } from '../api/types'
import type { ScanFile } from './scans'
import { isOral, type How } from './words'

export interface DecisionDraft { decidedBy: string; how: How; decidedAt: string | undefined; reference: string; words: string; scans: ScanFile[] }
export type DecisionFault = 'decidedBy' | 'decidedAt' | 'reference'

export function blankDecision(now: number, decidedBy = ''): DecisionDraft {
  return { decidedBy, how: 'paper', decidedAt: new Date(now).toISOString(), reference: '', words: '', scans: [] }
}

// What is still missing. A paper has a number; what was said is valid at once and waits for its paper.
export function lacks(d: DecisionDraft): DecisionFault[] {
  const out: DecisionFault[] = []
  if (!d.decidedBy.trim()) out.push('decidedBy')
  if (!d.decidedAt) out.push('decidedAt')
  if (!isOral(d.how) && !d.reference.trim()) out.push('reference')
  return out
}

export function decisionOf(d: DecisionDraft, id: string): DecisionIn {
  const [reference, words] = [d.reference.trim(), d.words.trim()]
  return { id, decidedBy: d.decidedBy.trim(), how: d.how, decidedAt: d.decidedAt!, ...(reference ? { reference } : {}), ...(words ? { words } : {}) }
}
