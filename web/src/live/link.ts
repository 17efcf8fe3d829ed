import type { Change, Gone, LinkState, LiveMessage } from './messages'
import { SseParser, type SseEvent } from './sse'

export interface LinkDeps {
  fetch: typeof fetch
  now: () => number
  random: () => number
  later: (fn: () => void, ms: number) => () => void
}

const browserDeps = (): LinkDeps => ({
  fetch: (input, init) => fetch(input, init),
  now: () => Date.now(),
  random: () => Math.random(),
  later: (fn, ms) => {
    const timer = setTimeout(fn, ms)
    return () => clearTimeout(timer)
  },
})

const silenceMs = 40_000 // the server sends a heartbeat every 15 s

export function reconnectDelay(failures: number, random: () => number): number {
  return Math.round(Math.min(30_000, 500 * 2 ** Math.min(failures, 8)) * (0.5 + random() * 0.5))
}

// Link keeps one stream open: resumes where it stopped, backs off, notices silence, and says what state it is in.
export class Link {
  private lastId = ''
  private failures = 0
  private state: LinkState = 'connecting'
  private since: number
  private serverNow: number | undefined
  private stop: AbortController | undefined
  private cancelRetry: () => void = () => undefined
  private cancelWatch: () => void = () => undefined
  private open = false
  private readonly url: string
  private readonly tell: (m: LiveMessage) => void
  private readonly deps: LinkDeps

  constructor(url: string, tell: (m: LiveMessage) => void, deps: LinkDeps = browserDeps()) {
    this.url = url
    this.tell = tell
    this.deps = deps
    this.since = deps.now()
  }

  // start opens the stream for a page that knows of nothing behind `from`. A stream that is further on has told others what
  // this page has missed: it is true then that the page must read anew.
  start(from = 0): boolean {
    const missed = !!this.lastId && from > 0 && Number(this.lastId) > from
    if (!this.lastId && from > 0) this.lastId = String(from)
    this.begin()
    return missed
  }

  private begin(): void {
    if (this.open) return
    this.open = true
    void this.run()
  }

  // pause closes the stream but remembers the position, e.g. while the only page is hidden.
  pause(): void {
    this.open = false
    this.cancelRetry()
    this.cancelWatch()
    this.stop?.abort()
  }

  retryNow(): void {
    if (!this.open) return this.begin()
    if (this.state === 'live') return
    this.failures = 0
    this.cancelRetry()
    this.stop?.abort()
    void this.run()
  }

  // doubt is for whoever hears that the network has gone: the stream is asked for again at once, and is down until it answers.
  doubt(): void {
    if (this.state === 'live') this.stop?.abort()
  }

  stateMessage(): LiveMessage {
    return { type: 'state', state: this.state, since: this.since, serverNow: this.serverNow }
  }

  private set(state: LinkState): void {
    if (state !== this.state) this.since = this.deps.now()
    this.state = state
    this.tell(this.stateMessage())
  }

  private watch(stop: AbortController): void {
    this.cancelWatch()
    this.cancelWatch = this.deps.later(() => stop.abort(), silenceMs)
  }

  private async run(): Promise<void> {
    const stop = new AbortController()
    this.stop = stop
    this.watch(stop)
    try {
      const headers: Record<string, string> = { Accept: 'text/event-stream' }
      if (this.lastId) headers['Last-Event-ID'] = this.lastId
      const answer = await this.deps.fetch(this.url, { headers, signal: stop.signal, cache: 'no-store', credentials: 'same-origin' })
      if (answer.status === 401 || answer.status === 403) {
        this.cancelWatch()
        this.open = false
        return this.set('signed_out')
      }
      if (!answer.ok || !answer.body) throw new Error(String(answer.status))
      await this.read(answer.body.getReader(), stop)
    } catch {
      // Any failure is one: no network, a restart, a proxy. Come back later.
    }
    this.cancelWatch()
    if (this.stop !== stop || !this.open) return // replaced or paused meanwhile
    this.set(this.state === 'connecting' && this.failures === 0 ? 'connecting' : 'down')
    this.cancelRetry = this.deps.later(() => void this.run(), reconnectDelay(this.failures++, this.deps.random))
  }

  private async read(reader: ReadableStreamDefaultReader<Uint8Array>, stop: AbortController): Promise<void> {
    const parser = new SseParser()
    const decoder = new TextDecoder()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      this.watch(stop)
      for (const e of parser.push(decoder.decode(value, { stream: true }))) {
        if (this.take(e)) {
          stop.abort()
          return
        }
      }
    }
  }

  // take handles one event; true means that the server has closed this stream on purpose.
  private take(e: SseEvent): boolean {
    let data: Record<string, unknown>
    try {
      data = JSON.parse(e.data) as Record<string, unknown>
    } catch {
      return false
    }
    switch (e.event) {
      case 'hello': {
        this.failures = 0
        const position = Number(data.position ?? 0)
        // A position behind ours is another journal (restored, or begun anew): what we show may be anything.
        if (this.lastId && position < Number(this.lastId)) {
          this.lastId = ''
          this.tell({ type: 'resync' })
        }
        if (!this.lastId && position > 0) this.lastId = String(position)
        const now = Date.parse(String(data.now ?? ''))
        this.serverNow = Number.isFinite(now) ? now : undefined
        this.set('live')
        return false
      }
      case 'change':
        if (e.id) this.lastId = e.id
        this.tell({ type: 'change', change: data as unknown as Change })
        return false
      case 'gone':
        if (e.id) this.lastId = e.id
        this.tell({ type: 'gone', gone: data as unknown as Gone })
        return false
      case 'beat':
        if (e.id) this.lastId = e.id
        return false
      case 'reset': // rights have changed, or more was missed than is sent one by one
        if (e.id && Number(e.id) > 0) this.lastId = e.id
        this.tell({ type: 'resync' })
        return false
      case 'bye': {
        const reason = String(data.reason ?? '')
        if (reason === 'gap' || reason === 'too_old') {
          this.lastId = ''
          this.tell({ type: 'resync' })
        }
        this.tell({ type: 'bye', reason })
        return true
      }
      default:
        return false
    }
  }
}
