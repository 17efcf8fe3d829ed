import { createI18n, type LocaleMessageDictionary, type VueMessageType } from 'vue-i18n'
import { setApiLocale } from '../api/http'
import { counted } from '../ui/counted'
import uiEn from '../ui/locale/en.json'
import uiZh from '../ui/locale/zh-CN.json'
import en from './locale/en.json'
import zh from './locale/zh-CN.json'
import { recall, remember } from './memory'

export type Locale = 'zh-CN' | 'en'

// What somebody chose, or else what the phone speaks: who reads Chinese at all is spoken to in Chinese, everybody else in English.
export function languageOf(chosen: string | null | undefined, speaks: readonly string[]): Locale {
  if (chosen) return chosen === 'en' ? 'en' : 'zh-CN'
  return speaks.length && !speaks.some((l) => l.toLowerCase().startsWith('zh')) ? 'en' : 'zh-CN'
}
const locale = languageOf(new URLSearchParams(location.search).get('lang') ?? recall('ly.lang'), navigator.languages)

export const i18n = createI18n<false>({ legacy: false, locale, fallbackLocale: 'zh-CN', messages: {} })

type Words = LocaleMessageDictionary<VueMessageType>
i18n.global.setLocaleMessage('zh-CN', counted({ ...uiZh, ...zh }) as unknown as Words)
i18n.global.setLocaleMessage('en', counted({ ...uiEn, ...en }) as unknown as Words)

function speak(next: Locale): void {
  i18n.global.locale.value = next
  document.documentElement.lang = next
  setApiLocale(next)
}
speak(locale)

export function setLocale(next: Locale): void {
  speak(next)
  remember('ly.lang', next)
}
