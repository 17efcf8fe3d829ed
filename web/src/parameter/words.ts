import { useI18n } from 'vue-i18n'
import type { Parameter, Used } from '../api/types'
import { useNamed } from '../place/useNamed'
import { columnsUnit, linesOf, wordOf } from './group'

// What the catalogue of the pages says of a parameter; a key that it does not know yet keeps the server's own words.
export function useParameterWords() {
  const { t, te, locale } = useI18n()
  const named = useNamed()
  function name(p: Pick<Parameter, 'key'>): string {
    const key = wordOf(p.key)
    return te(`parameter.${key}.name`) ? t(`parameter.${key}.name`) : p.key
  }
  function meaning(p: Parameter): string {
    const key = wordOf(p.key)
    return te(`parameter.${key}.meaning`) ? t(`parameter.${key}.meaning`) : p.meaning
  }
  function unit(p: Pick<Parameter, 'unit'>): string {
    const key = wordOf(p.unit)
    return te(`parameterUnit.${key}`) ? t(`parameterUnit.${key}`) : p.unit
  }
  // Words stand in the catalogue as the server keeps them; in a list each for itself.
  function word(v: string): string {
    const key = /^\p{Script=Han}+$/u.test(v) ? v : wordOf(v)
    return te(`parameterValue.${key}`) ? t(`parameterValue.${key}`) : v.replace('..', '\u2013')
  }
  function value(v: string, unit = ''): string {
    if (!v.trim()) return t('parameters.unset')
    if (unit === columnsUnit) return t('parameters.columns', { n: linesOf(v).length })
    return v.split('/').map(word).join('/')
  }
  function source(p: { sourceName: Parameter['sourceName'] }): string {
    return locale.value === 'en' ? p.sourceName.en : p.sourceName.zh
  }
  // A value that is a word, a list or a level speaks for itself; a number takes its unit.
  function used(u: Used): string {
    const said = Number(u.value) >= 0 ? `${u.value} ${unit(u)}` : value(u.value, u.unit)
    return t('parameters.used', { name: name(u), value: said, source: source(u), place: named.name(u.place) })
  }
  return { name, meaning, unit, value, source, used }
}
