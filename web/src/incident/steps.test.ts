import { describe, expect, it } from 'vitest'
import type { CourseRow, Handover, Incident, Step } from '../api/types'
import zh from '../app/locale/zh-CN.json'
import { initial, modeOf, newestOf, ordered } from './choose'
import { elapsed, isOwn, joinCourse, leftOpen, linkOf, newestFirst, queueOf } from './steps'

const inc = (id: string, state: string, drill = false, createdAt = '2026-06-18T00:00:00Z') => ({ id, state, drill, createdAt }) as Incident

it('says what stays open when the mechanism ends', () => {
  const step = (key: string, first: [string, number], second?: [string, number]) => ({ key, first: { key: first[0], n: first[1] }, ...(second ? { second: { key: second[0], n: second[1] } } : {}) }) as Step
  const steps = [step('activate', ['persons', 9]), step('publish', ['waiting', 2], ['to_publish', 0]), step('support', ['open', 4], ['met', 1])]
  expect(leftOpen({ steps })).toEqual([{ key: 'publish', counts: [{ key: 'waiting', n: 2 }] }, { key: 'support', counts: [{ key: 'open', n: 4 }] }])
  expect(leftOpen(undefined)).toEqual([])
})

describe('choosing an incident', () => {
  const list = [inc('drill', 'active', true), inc('new', 'recorded'), inc('old', 'active', false, '2026-06-17T00:00:00Z'), inc('run', 'active')]
  it('puts what runs in earnest first, the newest before older ones', () => {
    expect(ordered(list).map((i) => i.id)).toEqual(['run', 'old', 'drill', 'new'])
  })
  it('keeps what was chosen, also that nothing was', () => {
    expect(initial(list, 'drill')).toBe('drill')
    expect(initial(list, '')).toBe('')
    expect(initial(list, 'gone')).toBe('run')
    expect(initial(list, undefined)).toBe('run')
    expect(initial([], undefined)).toBe('')
    expect(newestOf(list, 'drill')).toBe('drill')
  })
  it('tells the mode', () => {
    expect(modeOf(undefined)).toBe('calm')
    expect(modeOf(inc('a', 'closed'))).toBe('calm')
    expect(modeOf(inc('a', 'recorded'))).toBe('real')
    expect(modeOf(inc('a', 'active', true))).toBe('drill')
  })
})

describe('the nine steps', () => {
  it('lead where the work is done', () => {
    expect(linkOf({ key: 'publish' }, 'x', ['report.see'])).toBe('/needs')
    expect(linkOf({ key: 'publish' }, 'x', [])).toBe('')
    expect(linkOf({ key: 'activate' }, 'x', [])).toBe('/incident/x?tab=roster')
    expect(linkOf({ key: 'mission' }, 'x', ['report.see'])).toBe('')
  })
  it('tint the steps of the own group', () => {
    expect(isOwn({ groups: ['general', 'coordination'] }, ['general'], false)).toBe(true)
    expect(isOwn({ groups: ['support'] }, ['general'], false)).toBe(false)
    expect(isOwn({ groups: [] }, [], true)).toBe(true)
    expect(isOwn({ groups: ['support'] }, ['general', 'coordination', 'support'], true)).toBe(false)
  })
  it('count the time since activation', () => {
    expect(elapsed('2026-06-18T00:00:00Z', Date.parse('2026-06-19T04:22:40Z'))).toEqual({ days: 1, hours: 4, minutes: 22 })
    expect(elapsed('2026-06-18T00:00:00Z', 0)).toEqual({ days: 0, hours: 0, minutes: 0 })
  })
})

describe('the queue of a group', () => {
  const h = (id: string, from: string, to: string, state: string) => ({ id, from, to, state, at: '2026-06-18T00:00:0' + id + 'Z' }) as Handover
  it('holds what was given to it and what it gave away', () => {
    const q = queueOf([h('2', 'general', 'support', 'sent'), h('1', 'coordination', 'support', 'sent'), h('3', 'support', 'general', 'returned'), h('4', 'support', 'support', 'taken'), h('5', 'general', 'support', 'done')], 'support')
    expect(q.waiting.map((x) => x.id)).toEqual(['1', '2'])
    expect(q.doing.map((x) => x.id)).toEqual(['4'])
    expect(q.sent.map((x) => x.id)).toEqual(['3'])
    expect(q.past.map((x) => x.id)).toEqual(['5'])
  })
})

describe('the course of events', () => {
  const row = (seq: number) => ({ seq }) as CourseRow
  it('takes new rows in front and begins anew when some are missing', () => {
    expect(joinCourse([row(3), row(2)], [row(5), row(4), row(3)]).rows.map((r) => r.seq)).toEqual([5, 4, 3, 2])
    expect(joinCourse([row(3), row(2)], [row(3), row(2)]).added).toBe(0)
    expect(joinCourse([row(3), row(2)], [row(9), row(8)]).rows.map((r) => r.seq)).toEqual([9, 8])
    expect(joinCourse([], [row(2)]).added).toBe(1)
  })
  it('is told by the time of what happened, and what happened at one time as it was written down', () => {
    const at = (seq: number, time: string) => ({ seq, at: `2026-06-18T${time}Z` }) as CourseRow
    const rows = [at(4, '19:54:00'), at(3, '20:34:00.5'), at(2, '20:34:00.5'), at(1, '20:34:00')]
    expect(newestFirst(rows).map((r) => r.seq)).toEqual([3, 2, 1, 4])
    expect(rows[0]!.seq).toBe(4) // what is older is asked for by the order of the journal
  })
})

describe('the nine steps', () => {
  it('bear the names of the document that they come from (S004-48, S004-52…S004-59)', () => {
    expect(zh.step.name).toEqual({
      activate: '启动现场协调机制', publish: '核实并发布需求信息', match: '处理救援信息', dispatch: '组织统一调度', passage: '组织交通保障', mission: '组织任务管理',
      support: '组织后勤装备保障', withdraw: '组织力量撤离事故现场或灾区', summary: '统计汇总总结',
    })
  })
})
