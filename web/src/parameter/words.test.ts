import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { createI18n } from 'vue-i18n'
import en from '../app/locale/en.json'
import zh from '../app/locale/zh-CN.json'
import { useParameterWords } from './words'

function said(locale: 'en' | 'zh-CN', value: string): string {
  const i18n = createI18n({ legacy: false, locale, messages: { en, 'zh-CN': zh } as never })
  return mount({ setup: () => ({ words: useParameterWords() }), template: '<p>{{ words.value(v) }}</p>', data: () => ({ v: value }) }, { global: { plugins: [i18n] } }).text()
}

describe('the value of a parameter', () => {
  it.each([
    ['重大', 'serious'], ['综合/协调/保障', 'General/Coordination/Support'], ['综合/医疗', 'General/医疗'], // what somebody typed stays
    ['city_province', 'city and province'], ['30..60', '30\u201360'], ['30', '30'],
  ])('%s is said in English as %s', (value, want) => expect(said('en', value)).toBe(want))
  it('is said in Chinese as it is kept', () => {
    for (const value of ['重大', '综合/协调/保障']) expect(said('zh-CN', value)).toBe(value)
  })
})
