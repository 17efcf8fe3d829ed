import { createI18n } from 'vue-i18n'
import { setApiLocale } from '../api/http'
import uiEn from '../ui/locale/en.json'
import uiZh from '../ui/locale/zh-CN.json'
import en from './locale/en.json'
import zh from './locale/zh-CN.json'

export type Locale = 'zh-CN' | 'en'
const key = 'ly.lang'

function stored(): Locale {
  try {
    return localStorage.getItem(key) === 'en' ? 'en' : 'zh-CN'
  } catch {
    return 'zh-CN'
  }
}

export const i18n = createI18n({
  legacy: false,
  locale: stored(),
  fallbackLocale: 'zh-CN',
  messages: { 'zh-CN': { ...uiZh, ...zh }, en: { ...uiEn, ...en } },
})

export function setLocale(next: Locale): void {
  i18n.global.locale.value = next
  document.documentElement.lang = next
  setApiLocale(next)
  try {
    localStorage.setItem(key, next)
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}
setLocale(stored())
