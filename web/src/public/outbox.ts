import { ApiError } from '../api/http'
import type { PublicReceived, PublicReport } from '../api/types'

export type Result =
  | { to: 'sent'; received: PublicReceived }
  | { to: 'ask' }
  | { to: 'waiting'; inMs: number }
  | { to: 'reused' }
  | { to: 'refused'; error: ApiError }

const firstWait = 2_000
const longestWait = 60_000

export function backOff(tries: number, random: () => number): number {
  const base = Math.min(longestWait, firstWait * 2 ** Math.max(0, tries - 1))
  return Math.round(base * (0.75 + random() * 0.5))
}

// One attempt, and what follows from its answer. Nothing here ever drops a report: what the server has not
// acknowledged stays with the caller.
export async function attempt(
  body: PublicReport,
  tries: number,
  send: (body: PublicReport) => Promise<PublicReceived>,
  random: () => number = Math.random,
): Promise<Result> {
  try {
    return { to: 'sent', received: await send(body) }
  } catch (e) {
    const error = e instanceof ApiError ? e : new ApiError(0, {})
    if (error.code === 'ask_once_more') return { to: 'ask' }
    if (error.code === 'id_reused') return { to: 'reused' }
    const passing = error.status === 0 || error.status >= 500 || error.status === 429 || error.status === 408
    if (passing) return { to: 'waiting', inMs: Math.max(error.retryAfter * 1000, backOff(tries, random)) }
    return { to: 'refused', error }
  }
}
