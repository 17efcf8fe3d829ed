import { mount } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { createI18n } from 'vue-i18n'
import en from '../app/locale/en.json'
import zh from '../app/locale/zh-CN.json'
import { useParameterWords } from '../parameter/words'
import { useNamed } from './useNamed'

const nation = { code: 'cn', path: '/', name: '全国', full: '全国' }
const county = { code: '500110', path: '/50/500110/', name: '綦江区', full: '重庆市綦江区' }

function said(locale: 'zh-CN' | 'en') {
  let out: string[] = []
  const used = { key: 'approval.limit', value: '30', unit: 'min', at: '', place: nation, source: '', sourceName: { zh: '运行默认值', en: 'operational default' } }
  const Told = { setup: () => { const n = useNamed(); out = [n.name(nation), n.full(nation), n.full(county), useParameterWords().used(used)]; return () => null } }
  mount(Told, { global: { plugins: [createI18n({ legacy: false, locale, missingWarn: false, fallbackWarn: false, messages: { 'zh-CN': zh, en } })] } })
  return out
}

it('says the whole country in the language of the reader, and leaves names as they are', () => {
  expect(said('zh-CN').slice(0, 3)).toEqual(['全国', '全国', '重庆市綦江区'])
  expect(said('en').slice(0, 3)).toEqual([en.place.nation, en.place.nation, '重庆市綦江区'])
  expect(said('en')[3]).not.toMatch(/\p{Script=Han}/u)
})
