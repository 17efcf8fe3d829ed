import { reactive } from 'vue'
import type { NeedDraft, Outcome, ReportDetail } from '../api/types'
import { uuidv7 } from '../api/uuid'
import { draftFrom } from './words'

export interface Work {
  id: string // of the command: pressing twice is one decision
  outcome: Outcome | ''
  target: 'new' | 'join'
  need: NeedDraft
  join: string
  message: string
  note: string
}

const open = new Map<string, Work>()

export function workOf(r: ReportDetail, title: string): Work {
  let w = open.get(r.id)
  if (!w) {
    w = reactive<Work>({ id: uuidv7(), outcome: '', target: 'new', need: draftFrom(r, title), join: '', message: '', note: '' })
    open.set(r.id, w)
  }
  return w
}

export function forgetWork(): void {
  open.clear()
}
