import { describe, expect, it } from 'vitest'
import type { NeedDraft } from '../api/types'
import { i18n } from '../app/i18n'
import { changesOf } from './corrections'

const draft = (with_: Partial<NeedDraft>): NeedDraft => ({ title: '沙溪路老人需转移', teams: 1, severity: 2, skills: [{ key: 'water', grade: 3 }], ...with_ })

describe('changesOf', () => {
  it('names what differs and nothing else', () => {
    const changes = changesOf(draft({}), draft({ title: '沙溪路多人需转移', people: 30, hazards: '断电' }))
    expect(changes.map((c) => [c.before, c.after])).toEqual([['沙溪路老人需转移', '沙溪路多人需转移'], [i18n.global.t('need.unknown'), '30'], ['—', '断电']])
  })
  it('finds nothing in the same text', () => {
    expect(changesOf(draft({}), draft({ equipment: [], hazards: '' }))).toEqual([])
  })
})
