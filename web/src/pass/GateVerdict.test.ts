import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { createI18n } from 'vue-i18n'
import en from '../app/locale/en.json'
import zh from '../app/locale/zh-CN.json'
import GateVerdict from './GateVerdict.vue'
import type { Answer } from './judge'

const gone: Answer = {
  verdict: 'stop', why: 'revoked', number: 'TX-A0009', plate: '渝B00082', colour: 'yellow', kind: '', by: 'list', goes: '', incident: '', issuer: '', drill: false, note: '已换发返程通行证',
}
const told = (locale: 'zh-CN' | 'en', answer: Answer) =>
  mount(GateVerdict, { props: { answer, title: '' }, global: { plugins: [createI18n({ legacy: false, locale, messages: { 'zh-CN': zh, en } })] } }).find('.why').text()

// The guard reads why a pass counts no more in the language of the page; what a person wrote, and what only a newer server knows,
// stays as it is on record.
describe('what a guard is told of a revoked pass', () => {
  it.each(['replaced', 'not_vouched'] as const)('%s', (cause) => {
    expect(told('en', { ...gone, cause })).toContain(en.cause[cause])
    expect(told('en', { ...gone, cause })).not.toMatch(/\p{Script=Han}/u)
    expect(told('zh-CN', { ...gone, cause })).toContain(zh.cause[cause])
  })
  it.each([undefined, 'of_tomorrow'])('%s', (cause) => expect(told('en', { ...gone, cause })).toContain('已换发返程通行证'))
})
