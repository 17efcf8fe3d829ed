import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Parameter, Used } from '../api/types'
import en from '../app/locale/en.json'
import zh from '../app/locale/zh-CN.json'
import { grouped, linesOf, matches, originOf, shared, valueFault, wordOf } from './group'

const at = (path: string) => ({ code: '', path, name: path, full: path })
const one = (key: string, more: Partial<Parameter> = {}): Parameter => ({ key, value: '10', default: '10', unit: 'min', meaning: '', source: '', sourceName: { zh: '', en: '' }, setAt: at('/'), ...more })

describe('parameters', () => {
  it('are grouped by the first word, in the order of the server', () => {
    const got = grouped([one('need.a'), one('plan.x'), one('need.b')])
    expect(got.map((g) => [g.key, g.items.map((p) => p.key)])).toEqual([['need', ['need.a', 'need.b']], ['plan', ['plan.x']]])
  })
  it('say where a value was set', () => {
    const here = at('/50/500110/')
    expect(originOf(one('k'), here)).toBe('default')
    expect(originOf(one('k', { setAt: here, value: '5' }), here)).toBe('own')
    expect(originOf(one('k', { setAt: at('/50/'), value: '5' }), here)).toBe('inherited')
    expect(originOf(one('k', { value: '5' }), here)).toBe('inherited')
  })
  it('are found by every word of the filter', () => {
    expect(matches('look 10', 'need.look_within', '10')).toBe(true)
    expect(matches('look 11', 'need.look_within', '10')).toBe(false)
    expect(matches('', 'x')).toBe(true)
  })
  it('take a number where the default is one', () => {
    expect(valueFault(one('k'), '-1')).toBe('number')
    expect(valueFault(one('k'), '0.5')).toBe('')
    expect(valueFault(one('k', { default: 'county' }), 'city')).toBe('')
    expect(valueFault(one('k'), ' ')).toBe('empty')
  })
  it('of columns stand one to a line', () => {
    expect(linesOf('车牌=plate|备注=')).toEqual(['车牌=plate', '备注='])
    expect(linesOf(' 车牌=plate\n\n备注= \n')).toEqual(['车牌=plate', '备注='])
  })
  it('that decided every row of a list alike are said once', () => {
    const by = (value: string, at: string, key = 'notice.read_within'): Used => ({ key, value, unit: 'min', at, place: { path: '/' } as Used['place'], source: '', sourceName: { zh: '', en: '' } })
    const both = shared([[by('15', '10:00')], [by('15', '10:05'), by('1', '10:05', 'k')]])
    expect(both.all.map((u) => u.key)).toEqual(['notice.read_within'])
    expect(both.own([by('15', '10:05'), by('1', '10:05', 'k')]).map((u) => u.key)).toEqual(['k'])
    expect(shared([[by('15', '10:00')], [by('20', '10:00')]]).all).toEqual([])
    expect(shared([[by('15', '10:00')], null]).all).toEqual([])
    expect(shared([[by('15', '10:00')]]).all).toEqual([]) // one row keeps its own
  })
  it('have a name, a meaning, a unit and a group in both languages, every one of them', () => {
    const rows = readFileSync(join(import.meta.dirname, '../../../domain/parameter/catalogue.tsv'), 'utf8').split('\n').filter((l) => l && !l.startsWith('#')).map((l) => l.split('\t'))
    expect(rows.length).toBeGreaterThan(40)
    for (const [key = '', value = '', unit = ''] of rows)
      for (const words of [zh, en]) {
        const text = (words.parameter as Record<string, { name: string; meaning: string }>)[wordOf(key)]
        expect(text?.name, key).toBeTruthy()
        expect(text?.meaning, key).toBeTruthy()
        expect((words.parameterUnit as Record<string, string>)[wordOf(unit)], unit).toBeTruthy()
        if (/^levels?$/.test(unit)) expect((words.parameterValue as Record<string, string>)[wordOf(value)], value).toBeTruthy()
        expect((words.parameterGroup as Record<string, string>)[key.split('.')[0]!], key).toBeTruthy()
      }
  })
})
