import { createI18n, type LocaleMessageDictionary, type VueMessageType } from 'vue-i18n'
import { setApiLocale } from '../api/http'
import { counted } from '../ui/counted'
import uiEn from '../ui/locale/en.json'
import uiZh from '../ui/locale/zh-CN.json'
import en from './locale/en.json'
import zh from './locale/zh-CN.json'
import { recall, remember } from './memory'

export type Locale = 'zh-CN' | 'en'

const wanted = new URLSearchParams(location.search).get('lang') ?? recall('ly.lang')
const locale: Locale = wanted === 'en' ? 'en' : 'zh-CN'

export const i18n = createI18n<false>({ legacy: false, locale, fallbackLocale: 'zh-CN', messages: {} })

type Words = LocaleMessageDictionary<VueMessageType>
i18n.global.setLocaleMessage('zh-CN', counted({ ...uiZh, ...zh }) as unknown as Words)
i18n.global.setLocaleMessage('en', counted({ ...uiEn, ...en }) as unknown as Words)

export function setLocale(next: Locale): void {
  i18n.global.locale.value = next
  document.documentElement.lang = next
  setApiLocale(next)
  remember('ly.lang', next)
}
setLocale(locale)
