// Keeps the files of the staff pages, so that a gate that has lost its network can be opened again. It never touches the
// API: what a page knows, it keeps itself, and says how old it is.
const name = 'ly-app-1'

self.addEventListener('install', (e) => e.waitUntil(self.skipWaiting()))
self.addEventListener('activate', (e) => e.waitUntil(self.clients.claim()))

self.addEventListener('message', (e) => {
  if (!Array.isArray(e.data && e.data.keep)) return
  const keep = e.data.keep.filter((p) => p === '/app/' || p.startsWith('/assets/'))
  e.waitUntil(caches.open(name).then(async (cache) => {
    await cache.addAll(keep)
    for (const old of await cache.keys()) if (!keep.includes(new URL(old.url).pathname)) await cache.delete(old)
  }))
})

// A page: the network for a few seconds, then what is kept. A built file never changes under its name.
self.addEventListener('fetch', (e) => {
  const url = new URL(e.request.url)
  if (e.request.method !== 'GET' || url.origin !== self.location.origin) return
  if (e.request.mode === 'navigate' && url.pathname.startsWith('/app/')) e.respondWith(page(e.request))
  else if (url.pathname.startsWith('/assets/')) e.respondWith(caches.match(e.request).then((kept) => kept || fetch(e.request)))
})

async function page(request) {
  const kept = await caches.match('/app/')
  if (!kept) return fetch(request)
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), 4000)
  try {
    const answer = await fetch(request.url, { signal: stop.signal, credentials: 'same-origin', headers: { Accept: 'text/html' } })
    return answer.ok ? answer : kept
  } catch {
    return kept
  } finally {
    clearTimeout(timer)
  }
}
