import { beforeEach, describe, expect, it } from 'vitest'
import { Link, reconnectDelay, type LinkDeps } from './link'
import type { LiveMessage } from './messages'

// A server under the hand of the test: each connection is recorded, and its stream can be written and closed.
class Server {
  calls: Record<string, string>[] = []
  streams: ReadableStreamDefaultController<Uint8Array>[] = []
  status = 200
  timers = new Map<number, () => void>()
  private nextTimer = 1

  deps: LinkDeps = {
    now: () => 1000,
    random: () => 0.5,
    later: (fn) => {
      const id = this.nextTimer++
      this.timers.set(id, fn)
      return () => void this.timers.delete(id)
    },
    fetch: (async (_url: string, init: RequestInit) => {
      this.calls.push(init.headers as Record<string, string>)
      if (this.status !== 200) return new Response('', { status: this.status })
      const body = new ReadableStream<Uint8Array>({
        start: (c) => {
          this.streams.push(c)
          init.signal?.addEventListener('abort', () => {
            try {
              c.error(new Error('aborted'))
            } catch {
              // already closed by the test
            }
          })
        },
      })
      return new Response(body, { status: 200 })
    }) as unknown as typeof fetch,
  }

  write(text: string) {
    this.streams[this.streams.length - 1]!.enqueue(new TextEncoder().encode(text))
  }
  drop() {
    this.streams[this.streams.length - 1]!.close()
  }
  fireTimers() {
    const all = [...this.timers.values()]
    this.timers.clear()
    all.forEach((fn) => fn())
  }
}

const settle = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve()
  await new Promise((r) => setImmediate(r))
}
const hello = (position: number) => `event: hello\ndata: {"position":${position},"now":"2026-06-18T02:02:00Z"}\n\n`
const change = (id: number) => `id: ${id}\nevent: change\ndata: {"position":${id},"kind":"report","id":"r","version":1}\n\n`

describe('Link', () => {
  let server: Server
  let said: LiveMessage[]
  let link: Link
  beforeEach(() => {
    server = new Server()
    said = []
    link = new Link('/live', (m) => said.push(m), server.deps)
  })
  const states = () => said.filter((m) => m.type === 'state').map((m) => m.state)

  it('resumes from the last change after the stream broke', async () => {
    link.start()
    await settle()
    server.write(hello(5) + change(6))
    await settle()
    server.drop()
    await settle()
    expect(states()).toEqual(['live', 'down'])
    server.fireTimers()
    await settle()
    expect(server.calls[1]!['Last-Event-ID']).toBe('6')
    server.write(hello(9))
    await settle()
    expect(states()).toEqual(['live', 'down', 'live'])
    expect(said.some((m) => m.type === 'resync')).toBe(false)
  })

  it('asks for the lists again when the journal behind it began anew', async () => {
    link.start()
    await settle()
    server.write(hello(50))
    await settle()
    server.drop()
    await settle()
    server.fireTimers()
    await settle()
    server.write(hello(3))
    await settle()
    expect(said.some((m) => m.type === 'resync')).toBe(true)
  })

  it('asks for the lists again when rights have changed, and when too much was missed', async () => {
    link.start()
    await settle()
    server.write(hello(5) + 'event: reset\ndata: {}\n\n')
    await settle()
    expect(said.filter((m) => m.type === 'resync')).toHaveLength(1)
    server.write('id: 4000\nevent: reset\ndata: {}\n\n')
    await settle()
    expect(said.filter((m) => m.type === 'resync')).toHaveLength(2)
    server.drop()
    await settle()
    server.fireTimers()
    await settle()
    expect(server.calls[1]!['Last-Event-ID']).toBe('4000')
  })

  it('treats silence as a break', async () => {
    link.start()
    await settle()
    server.write(hello(1))
    await settle()
    server.fireTimers() // the watch for the heartbeat
    await settle()
    expect(states()).toEqual(['live', 'down'])
  })

  it('is down at once when the browser hears that the network has gone, and asks again', async () => {
    link.start()
    await settle()
    link.doubt() // nothing is there yet to be doubted
    await settle()
    server.write(hello(1) + change(2))
    await settle()
    link.doubt()
    await settle()
    expect(states()).toEqual(['live', 'down'])
    server.fireTimers()
    await settle()
    expect(server.calls.map((c) => c['Last-Event-ID'])).toEqual([undefined, '2'])
  })

  it('stops when signed out, and starts again when told', async () => {
    server.status = 401
    link.start()
    await settle()
    expect(states()).toEqual(['signed_out'])
    expect(server.timers.size).toBe(0)
    server.status = 200
    link.start()
    await settle()
    server.write(hello(1))
    await settle()
    expect(states()).toEqual(['signed_out', 'live'])
  })

  it('says bye and comes back', async () => {
    link.start()
    await settle()
    server.write(hello(1) + 'event: bye\ndata: {"reason":"restart"}\n\n')
    await settle()
    expect(said.some((m) => m.type === 'bye' && m.reason === 'restart')).toBe(true)
    expect(states()).toEqual(['live', 'down'])
    server.fireTimers()
    await settle()
    expect(server.calls).toHaveLength(2)
  })

  it('asks from where the first page began to read, and tells a later page when it has missed something', async () => {
    expect(link.start(7)).toBe(false)
    await settle()
    expect(server.calls[0]!['Last-Event-ID']).toBe('7')
    server.write(hello(9) + change(8))
    await settle()
    expect(link.start(8)).toBe(false) // it read after that change
    server.write(change(12))
    await settle()
    expect(link.start(11)).toBe(true)
    expect(server.calls).toHaveLength(1)
  })

  it('takes its place along with the beat, so that little is replayed to who sees little', async () => {
    link.start()
    await settle()
    server.write(hello(1) + 'id: 900\nevent: beat\ndata: {}\n\n' + 'event: beat\ndata: {}\n\n')
    await settle()
    server.drop()
    await settle()
    server.fireTimers()
    await settle()
    expect(server.calls[1]!['Last-Event-ID']).toBe('900')
    expect(said.filter((m) => m.type !== 'state')).toEqual([])
  })

  it('keeps its position while paused', async () => {
    link.start()
    await settle()
    server.write(hello(1) + change(2))
    await settle()
    link.pause()
    await settle()
    expect(states()).toEqual(['live'])
    link.start()
    await settle()
    expect(server.calls[1]!['Last-Event-ID']).toBe('2')
  })
})

describe('reconnectDelay', () => {
  it('grows, is spread, and stays below half a minute', () => {
    expect(reconnectDelay(0, () => 0)).toBe(250)
    expect(reconnectDelay(0, () => 1)).toBe(500)
    expect(reconnectDelay(3, () => 1)).toBe(4000)
    expect(reconnectDelay(99, () => 1)).toBe(30_000)
  })
})
