// All calls about what teams ask.
import { http, take } from '../api/http'
import type { EnquiryDesk, EnquiryDetail, EnquiryIn, EnquiryPage, EnquiryStep } from '../api/types'

const at = (id: string) => ({ path: { id } })

export const states = ['asked', 'answered', 'settled', 'all'] as const
export type EnquiryState = (typeof states)[number]
export const topics = ['need', 'approval', 'passage', 'check_in', 'mission', 'support', 'other'] as const
export const situations = ['applying', 'on_site'] as const
export type EnquiryVerb = 'answer' | 'ask_again' | 'settle'

export function listEnquiries(incident: string, state: EnquiryState): Promise<EnquiryPage> {
  return take(http.GET('/api/v1/incidents/{id}/enquiries', { params: { ...at(incident), query: { state, limit: 200 } } }))
}

export function ownEnquiries(): Promise<EnquiryDesk> {
  return take(http.GET('/api/v1/team/enquiries'))
}

export function readEnquiry(id: string): Promise<EnquiryDetail> {
  return take(http.GET('/api/v1/enquiries/{id}', { params: at(id) }))
}

export function ask(incident: string, body: EnquiryIn): Promise<EnquiryDetail> {
  return take(http.POST('/api/v1/incidents/{id}/enquiries', { params: at(incident), body }))
}

const paths = { answer: '/api/v1/enquiries/{id}/answer', ask_again: '/api/v1/enquiries/{id}/ask-again', settle: '/api/v1/enquiries/{id}/settle' } as const

export function stepEnquiry(id: string, verb: EnquiryVerb, body: EnquiryStep): Promise<EnquiryDetail> {
  return take(http.POST(paths[verb], { params: at(id), body }))
}
