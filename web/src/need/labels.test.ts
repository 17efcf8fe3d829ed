import { mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { expect, it } from 'vitest'
import { createI18n } from 'vue-i18n'
import en from '../app/locale/en.json'
import zh from '../app/locale/zh-CN.json'
import { useLabels } from './labels'

it.each([['zh-CN', zh], ['en', en]] as const)('says in %s who did something, also where it was no person', (locale, words) => {
  let who: string[] = []
  const Told = { setup: () => { const labels = useLabels(); who = ['public', 'system', 'setup', '秦可舟'].map((name) => labels.who(name)); return () => null } }
  mount(Told, { global: { plugins: [createPinia(), createI18n({ legacy: false, locale, missingWarn: false, fallbackWarn: false, messages: { [locale]: words } })] } })
  expect(who).toEqual([words.who.public, words.grant.giver.system, words.grant.giver.setup, '秦可舟'])
})
