import { describe, expect, it } from 'vitest'
import { languageOf } from './i18n'

describe('the language of the public pages', () => {
  it.each([
    [null, ['zh-CN'], 'zh-CN'],
    [null, ['en-US', 'zh-CN'], 'zh-CN'], // reads Chinese
    [null, ['ZH-hant-TW'], 'zh-CN'],
    [null, ['en-GB', 'en'], 'en'],
    [null, ['ko-KR'], 'en'],
    [null, [], 'zh-CN'],
    ['en', ['zh-CN'], 'en'],
    ['zh-CN', ['en-US'], 'zh-CN'],
    ['fr', ['en-US'], 'zh-CN'],
  ] as const)('chosen %s, the phone speaks %s: %s', (chosen, speaks, want) => {
    expect(languageOf(chosen, speaks)).toBe(want)
  })
})
