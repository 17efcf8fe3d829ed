// The shared worker: one stream for all pages of this browser.
import { Link } from './link'
import type { LiveMessage, PageMessage } from './messages'

const pages = new Set<MessagePort>()

const link = new Link('/api/v1/live', (m: LiveMessage) => {
  for (const p of pages) p.postMessage(m)
})

function connect(e: MessageEvent): void {
  const port = e.ports[0]
  if (!port) return
  pages.add(port)
  port.onmessage = (m: MessageEvent<PageMessage>) => {
    if (m.data.type === 'leave') {
      pages.delete(port)
      port.close()
      if (!pages.size) link.pause()
    } else if (m.data.type === 'retry') link.retryNow()
    else if (m.data.type === 'doubt') link.doubt()
    else {
      port.postMessage(link.stateMessage())
      if (link.start(m.data.from)) port.postMessage({ type: 'resync' } satisfies LiveMessage)
    }
  }
}

self.addEventListener('connect', connect as EventListener)
