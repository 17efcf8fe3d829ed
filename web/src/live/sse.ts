// A small reader of text/event-stream over fetch. EventSource cannot send Last-Event-ID on a fresh connection, tells
// no status code and stops for good after one bad answer; all three matter across a server restart.
export interface SseEvent {
  id: string
  event: string
  data: string
}

export class SseParser {
  private buffer = ''
  private id = ''
  private event = ''
  private data: string[] = []

  push(chunk: string): SseEvent[] {
    this.buffer += chunk
    const out: SseEvent[] = []
    for (;;) {
      const hit = /\r\n|\n|\r(?!$)/.exec(this.buffer)
      if (!hit) return out
      const line = this.buffer.slice(0, hit.index)
      this.buffer = this.buffer.slice(hit.index + hit[0].length)
      const done = this.line(line)
      if (done) out.push(done)
    }
  }

  private line(line: string): SseEvent | undefined {
    if (line === '') {
      const event = this.data.length ? { id: this.id, event: this.event || 'message', data: this.data.join('\n') } : undefined
      this.event = ''
      this.data = []
      return event
    }
    if (line.startsWith(':')) return undefined // heartbeat
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') this.data.push(value)
    else if (field === 'event') this.event = value
    else if (field === 'id') this.id = value
    return undefined
  }
}
