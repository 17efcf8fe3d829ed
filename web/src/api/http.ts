import createClient from 'openapi-fetch'
import type { paths } from './schema'
import type { Problem } from './types'

// ApiError is what every failed call throws. `status` 0 means that no answer came: no network, or it took too long.
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly problem: Partial<Problem>
  readonly retryAfter: number

  constructor(status: number, problem: Partial<Problem>, retryAfter = 0) {
    super(problem.detail || problem.title || String(status))
    this.status = status
    this.code = problem.code || (status === 0 ? 'offline' : String(status))
    this.problem = problem
    this.retryAfter = retryAfter
  }

  get offline(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504
  }

  // The server's own sentence in the language of the page, or '' when there is none to show. What is wrong with the record
  // that the address names stands beside no field, so it is the sentence.
  text(locale: string): string {
    const { detail = '', detailEn = '' } = this.problem
    const named = this.problem.errors?.find((e) => e.location.startsWith('path.'))
    if (named) return locale === 'en' ? named.messageEn || named.message : named.message
    return locale === 'en' ? detailEn || detail : detail
  }

  // The message for one field, e.g. field('phone') for location body.phone.
  field(name: string, locale: string): string {
    const hit = this.problem.errors?.find((e) => e.location === name || e.location.endsWith('.' + name))
    if (!hit) return ''
    return locale === 'en' ? hit.messageEn || hit.message : hit.message
  }
}

let locale = 'zh-CN'
export function setApiLocale(next: string): void {
  locale = next
}

let clockOffset = 0
// Server time minus ours, taken from answers, so that a wrong clock on a desk does not turn every row red.
export function serverNow(): number {
  return Date.now() + clockOffset
}
export function setServerNow(at: number): void {
  if (Number.isFinite(at)) clockOffset = at - Date.now()
}

let onSignedOut: () => void = () => undefined
export function whenSignedOut(fn: () => void): void {
  onSignedOut = fn
}

let onUnread: () => void = () => undefined
// whenUnread is told of each reading that got no answer, or one from a server that cannot answer now.
export function whenUnread(fn: () => void): void {
  onUnread = fn
}
function noteUnread(method: string, status: number): void {
  if (method === 'GET' && new ApiError(status, {}).offline) onUnread()
}

const timeoutMs = 20_000

async function timedFetch(request: Request): Promise<Response> {
  const stop = new AbortController()
  const drop = () => stop.abort()
  const timer = setTimeout(drop, timeoutMs)
  request.signal.addEventListener('abort', drop)
  if (request.signal.aborted) drop()
  try {
    return await fetch(new Request(request, { signal: stop.signal }))
  } catch {
    // What the page has no more use for says nothing about the network.
    if (!request.signal.aborted) noteUnread(request.method, 0)
    throw new ApiError(0, {})
  } finally {
    clearTimeout(timer)
    request.signal.removeEventListener('abort', drop)
  }
}

const raw = createClient<paths>({ baseUrl: typeof location === 'undefined' ? '' : location.origin, fetch: timedFetch })
raw.use({
  onRequest({ request }) {
    request.headers.set('Accept-Language', locale)
    return request
  },
  onResponse({ request, response }) {
    noteUnread(request.method, response.status)
  },
})

export const http = raw

export type Answer<T> = { data?: T; error?: unknown; response: Response }

// take unwraps an answer or throws an ApiError.
export async function take<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>
  try {
    answer = await call
  } catch (e) {
    if (e instanceof ApiError) throw e
    // A body that is not the promised JSON (a proxy's own page) is no answer of ours.
    throw new ApiError(0, {})
  }
  const { response } = answer
  if (response.ok) return answer.data as T
  throw faultOf(response.status, answer.error, response.headers.get('Retry-After'))
}

// faultOf is what an answer that refuses says; who is signed out is led to the sign-in.
export function faultOf(status: number, body: unknown, retryAfter: string | null): ApiError {
  const problem = body && typeof body === 'object' ? (body as Partial<Problem>) : {}
  const error = new ApiError(status, problem, Number(retryAfter) || 0)
  if (error.code === 'signed_out') onSignedOut()
  return error
}

export function apiLocale(): string {
  return locale
}
