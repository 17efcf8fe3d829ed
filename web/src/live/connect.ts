import hubUrl from './hub?sharedworker&url'
import { Link } from './link'
import type { LiveMessage, PageMessage } from './messages'

export interface LiveConnection {
  retry(): void
  doubt(): void
  close(): void
}

// connectLive joins the browser's one stream: a shared worker; else the page that holds the lock reads for the others
// over a broadcast channel; else each page by itself, closed while hidden. `from` is the position of the journal before
// anything was read.
export function connectLive(tell: (m: LiveMessage) => void, from: number): LiveConnection {
  return viaWorker(tell, from) ?? viaLeader(tell, from) ?? alone(tell, from)
}

function viaWorker(tell: (m: LiveMessage) => void, from: number): LiveConnection | undefined {
  if (typeof SharedWorker === 'undefined') return undefined
  let worker: SharedWorker
  try {
    // The built hub is one classic file, which Firefox 78 can run too; only the dev server needs a module.
    worker = new SharedWorker(hubUrl, import.meta.env.DEV ? { type: 'module', name: 'ly-live' } : { name: 'ly-live' })
  } catch {
    return undefined
  }
  let instead: LiveConnection | undefined
  worker.onerror = () => {
    instead ??= viaLeader(tell, from) ?? alone(tell, from)
  }
  const post = (m: PageMessage) => worker.port.postMessage(m)
  worker.port.onmessage = (e: MessageEvent<LiveMessage>) => {
    if (!instead) tell(e.data)
  }
  post({ type: 'hello', from })
  const leave = () => post({ type: 'leave' })
  window.addEventListener('pagehide', leave)
  // A page that comes back from the back-forward cache joins again by reloading its connection.
  window.addEventListener('pageshow', (e) => {
    if (e.persisted) location.reload()
  })
  return {
    retry: () => (instead ? instead.retry() : post({ type: 'retry' })),
    doubt: () => (instead ? instead.doubt() : post({ type: 'doubt' })),
    close() {
      window.removeEventListener('pagehide', leave)
      leave()
      instead?.close()
    },
  }
}

function viaLeader(tell: (m: LiveMessage) => void, from: number): LiveConnection | undefined {
  if (!('locks' in navigator) || typeof BroadcastChannel === 'undefined') return undefined
  const channel = new BroadcastChannel('ly-live')
  const stop = new AbortController()
  let link: Link | undefined
  channel.onmessage = (e: MessageEvent<LiveMessage | PageMessage>) => {
    const m = e.data
    if (m.type === 'hello') {
      if (!link) return
      channel.postMessage(link.stateMessage())
      if (link.start(m.from)) channel.postMessage({ type: 'resync' }) // the others read anew too: who asked cannot be told apart
    } else if (m.type === 'retry') link?.retryNow()
    else if (m.type === 'doubt') link?.doubt()
    else if (m.type !== 'leave') tell(m)
  }
  channel.postMessage({ type: 'hello', from })
  navigator.locks
    .request('ly-live', { signal: stop.signal }, () => {
      link = new Link('/api/v1/live', (m) => {
        tell(m)
        channel.postMessage(m)
      })
      link.start(from)
      return new Promise<void>((done) => stop.signal.addEventListener('abort', () => done()))
    })
    .catch(() => undefined)
  return {
    retry: () => (link ? link.retryNow() : channel.postMessage({ type: 'retry' })),
    doubt: () => (link ? link.doubt() : channel.postMessage({ type: 'doubt' })),
    close() {
      link?.pause()
      stop.abort()
      channel.close()
    },
  }
}

function alone(tell: (m: LiveMessage) => void, from: number): LiveConnection {
  const link = new Link('/api/v1/live', tell)
  const seen = () => (document.visibilityState === 'visible' ? void link.start(from) : link.pause())
  document.addEventListener('visibilitychange', seen)
  seen()
  return {
    retry: () => link.retryNow(),
    doubt: () => link.doubt(),
    close() {
      document.removeEventListener('visibilitychange', seen)
      link.pause()
    },
  }
}
