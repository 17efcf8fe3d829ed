import type { ApiError } from '../api/http'

// Signing in takes one step or two: login and password, then the six digits where the account has an authenticator.
export type Step = 'password' | 'code'
export type Say = '' | 'code_wrong' | 'locked' | 'factor_needed' | 'too_many' | 'failed' | 'offline'
export interface Turn { step: Step; say: Say }

// afterRefusal tells which step comes next and what to say. The first request for a code is no mistake of anybody.
export function afterRefusal(step: Step, e: Pick<ApiError, 'code' | 'status' | 'offline'>): Turn {
  if (e.offline) return { step, say: 'offline' }
  if (e.code === 'code_needed') return { step: 'code', say: '' }
  if (e.code === 'code_wrong') return { step: 'code', say: 'code_wrong' }
  if (e.status === 429) return { step, say: 'too_many' }
  if (e.code === 'locked') return { step: 'password', say: 'locked' }
  if (e.code === 'factor_needed') return { step: 'password', say: 'factor_needed' }
  return { step: 'password', say: 'failed' }
}

// sixDigits keeps what an authenticator shows of what was typed or pasted: "123 456", full-width digits too.
export function sixDigits(typed: string): string {
  return typed.normalize('NFKC').replace(/\D/g, '').slice(0, 6)
}

// A secret is read aloud and typed in groups of four.
export function inFours(secret: string): string {
  return secret.replace(/\s/g, '').replace(/(.{4})(?=.)/g, '$1 ')
}

export const passwordLeast = 12
export const passwordMost = 128
// Counted as the server counts: characters, not code units.
export function passwordFits(p: string): boolean {
  const n = Array.from(p).length
  return n >= passwordLeast && n <= passwordMost
}
