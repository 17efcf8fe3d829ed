import { nextTick } from 'vue'
import { createI18n, type LocaleMessageDictionary, type VueMessageType } from 'vue-i18n'
import { setApiLocale } from '../api/http'
import { counted } from '../ui/counted'

export type Locale = 'zh-CN' | 'en'
const key = 'ly.lang'

type Words = LocaleMessageDictionary<VueMessageType>

export const i18n = createI18n<false>({ legacy: false, locale: 'zh-CN', fallbackLocale: 'zh-CN', messages: {} })

function stored(): Locale {
  try {
    return localStorage.getItem(key) === 'en' ? 'en' : 'zh-CN'
  } catch {
    return 'zh-CN'
  }
}

// A person reads one language: only its words are loaded.
async function load(locale: Locale): Promise<void> {
  if (i18n.global.availableLocales.includes(locale)) return
  const [ui, app] = await Promise.all(
    locale === 'en'
      ? [import('../ui/locale/en.json'), import('./locale/en.json')]
      : [import('../ui/locale/zh-CN.json'), import('./locale/zh-CN.json')],
  )
  i18n.global.setLocaleMessage(locale, counted({ ...ui.default, ...app.default }) as unknown as Words)
}

function use(locale: Locale): void {
  i18n.global.locale.value = locale
  document.documentElement.lang = locale
  setApiLocale(locale)
}

// setLocale shows the pages in another language; without network, when its words were never loaded, they stay as they are.
export async function setLocale(next: Locale): Promise<void> {
  await load(next)
  use(next)
  await nextTick()
  try {
    localStorage.setItem(key, next)
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

// startLocale brings the language that was chosen last; the other one is better than none.
export async function startLocale(): Promise<void> {
  const wanted = stored()
  const other: Locale = wanted === 'en' ? 'zh-CN' : 'en'
  try {
    await load(wanted)
    use(wanted)
  } catch {
    await load(other)
    use(other)
  }
}
