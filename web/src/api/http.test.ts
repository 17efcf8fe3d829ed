import { describe, expect, it } from 'vitest'
import { ApiError } from './http'

const ended = (location: string) => new ApiError(422, { detail: '填写有误', detailEn: 'some input is not right', errors: [{ location, code: 'place_ended', message: '江北区已撤销', messageZh: '江北区已撤销', messageEn: '江北区 ended' }] })

describe('what the server says', () => {
  it('stands beside the field that it names, and the sentence is a general one', () => {
    const e = ended('body.place')
    expect(e.field('place', 'zh-CN')).toBe('江北区已撤销')
    expect(e.text('zh-CN')).toBe('填写有误')
    expect(e.text('en')).toBe('some input is not right')
  })
  it('is the sentence where it names the record of the address', () => {
    expect(ended('path.id').text('zh-CN')).toBe('江北区已撤销')
    expect(ended('path.place').text('en')).toBe('江北区 ended')
  })
})
