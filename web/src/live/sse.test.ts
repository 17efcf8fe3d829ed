import { describe, expect, it } from 'vitest'
import { SseParser } from './sse'

describe('SseParser', () => {
  it('reads events cut anywhere', () => {
    const stream = 'event: hello\ndata: {"position":7}\n\n: beat\n\nid: 8\nevent: change\ndata: {"a":\ndata: 1}\n\n'
    for (let size = 1; size < stream.length; size++) {
      const p = new SseParser()
      const got = []
      for (let i = 0; i < stream.length; i += size) got.push(...p.push(stream.slice(i, i + size)))
      expect(got).toEqual([
        { id: '', event: 'hello', data: '{"position":7}' },
        { id: '8', event: 'change', data: '{"a":\n1}' },
      ])
    }
  })

  it('takes all three line ends, also when a chunk ends between CR and LF', () => {
    const p = new SseParser()
    expect(p.push('data: 1\r')).toEqual([])
    expect(p.push('\n\r\n')).toEqual([{ id: '', event: 'message', data: '1' }])
    expect(p.push('data: 2\r\rdata: 3\n\n').map((e) => e.data)).toEqual(['2', '3'])
  })
})
