import { describe, expect, it } from 'vitest'
import { createI18n, type LocaleMessageDictionary, type VueMessageType } from 'vue-i18n'
import { counted } from './counted'

const i18n = createI18n<false>({ legacy: false, locale: 'en', messages: {} }).global
i18n.setLocaleMessage('en', counted({ force: { size: '{people} [person|people], {cars} [vehicle|vehicles]', plain: '{n} m' }, unit: '[team|teams]' }) as unknown as LocaleMessageDictionary<VueMessageType>)

describe('a noun follows its number', () => {
  it.each([
    ['force.size', { people: 1, cars: 2 }, '1 person, 2 vehicles'],
    ['force.size', { people: '3', cars: '1' }, '3 people, 1 vehicle'],
    ['force.size', { people: 0 }, '0 people,  vehicles'],
    ['force.plain', { n: 1 }, '1 m'],
    ['unit', { n: 1 }, 'team'],
    ['unit', { n: 12 }, 'teams'],
    ['unit', {}, 'teams'],
  ])('%s %j', (key, slots, want) => {
    expect(i18n.t(key, slots)).toBe(want)
  })
  it('is a text like any other for whoever asks whether there is one', () => {
    expect(i18n.te('force.size')).toBe(true)
  })
})
