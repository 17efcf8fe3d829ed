import { http, take } from '../api/http'
import type { FoundAll } from '../api/types'
import { soughtHeader } from '../ui/sought'

export const kinds = ['incident', 'need', 'report', 'team', 'offer', 'party', 'person', 'vehicle', 'pass', 'mission', 'support', 'enquiry', 'account', 'place'] as const
export type Kind = (typeof kinds)[number]

// How many of a kind are shown at first, and when all of one are asked for.
export const few = 5
export const many = 50

export function search(text: string, signal: AbortSignal, kind?: Kind): Promise<FoundAll> {
  return take(http.GET('/api/v1/search', { params: { query: kind ? { kind, limit: many } : { limit: few }, ...soughtHeader(text) }, signal }))
}
