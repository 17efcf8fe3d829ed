// All calls about incidents, their rosters, decisions, hand-overs and the nine steps.
import { http, take } from '../api/http'
import type {
  Board, CourseRow, DecisionIn, Directive, DirectiveIn, Handover, HandoverIn, Incident, IncidentChange, IncidentDetail, IncidentIn, PersonIn, PublishedContact, ResponseIn, WorkingGroupIn,
} from '../api/types'
import { uuidv7 } from '../api/uuid'
import type { Group } from './steps'

const at = (id: string) => ({ path: { id } })

export type ListState = 'open' | 'closed' | 'all'
export type PlainMove = 'drop' | 'withdraw' | 'resume' | 'close'
type Reasoned = { id: string; version: number; reason: string }

export async function listIncidents(state: ListState): Promise<Incident[]> {
  return (await take(http.GET('/api/v1/incidents', { params: { query: { state, limit: 200 } } }))).items
}

export function readIncident(id: string): Promise<IncidentDetail> {
  return take(http.GET('/api/v1/incidents/{id}', { params: at(id) }))
}

export function readBoard(id: string): Promise<Board> {
  return take(http.GET('/api/v1/incidents/{id}/board', { params: at(id) }))
}

export async function readCourse(id: string, before = 0, limit = 50): Promise<CourseRow[]> {
  return (await take(http.GET('/api/v1/incidents/{id}/course', { params: { ...at(id), query: { before, limit } } }))).items
}

export function recordIncident(body: IncidentIn): Promise<IncidentDetail> {
  return take(http.POST('/api/v1/incidents', { body }))
}

export function changeIncident(id: string, body: IncidentChange): Promise<IncidentDetail> {
  return take(http.POST('/api/v1/incidents/{id}/change', { params: at(id), body }))
}

export function activate(id: string, body: Reasoned & { basis: string }): Promise<IncidentDetail> {
  return take(http.POST('/api/v1/incidents/{id}/activate', { params: at(id), body }))
}

const plainMoves = {
  drop: '/api/v1/incidents/{id}/drop',
  withdraw: '/api/v1/incidents/{id}/withdraw',
  resume: '/api/v1/incidents/{id}/resume',
  close: '/api/v1/incidents/{id}/close',
} as const

export function moveIncident(id: string, verb: PlainMove, body: Reasoned): Promise<IncidentDetail> {
  return take(http.POST(plainMoves[verb], { params: at(id), body }))
}

export function reopenIncident(id: string, body: { version: number; reason: string; decision: DecisionIn }): Promise<IncidentDetail> {
  return take(http.POST('/api/v1/incidents/{id}/reopen', { params: at(id), body }))
}

export function recordDecision(id: string, body: DecisionIn & { about: 'activation' | 'other' }): Promise<IncidentDetail> {
  return take(http.POST('/api/v1/incidents/{id}/decisions', { params: at(id), body }))
}

export function confirmDecision(id: string, decision: string, body: { id: string; reference: string }): Promise<IncidentDetail> {
  return take(http.POST('/api/v1/incidents/{id}/decisions/{decision}/confirm', { params: { path: { id, decision } }, body }))
}

export function recordResponse(id: string, body: ResponseIn): Promise<IncidentDetail> {
  return take(http.POST('/api/v1/incidents/{id}/responses', { params: at(id), body }))
}

export function endResponse(id: string, response: string, body: DecisionIn): Promise<IncidentDetail> {
  return take(http.POST('/api/v1/incidents/{id}/responses/{response}/end', { params: { path: { id, response } }, body }))
}

export function saveRoster(id: string, body: { id: string; version: number; persons: PersonIn[] }): Promise<IncidentDetail> {
  return take(http.POST('/api/v1/incidents/{id}/roster', { params: at(id), body }))
}

export function submitRoster(id: string, version: number): Promise<IncidentDetail> {
  return take(http.POST('/api/v1/incidents/{id}/roster/submit', { params: at(id), body: { id: uuidv7(), version } }))
}

export function decideRoster(id: string, verb: 'approve' | 'return', body: DecisionIn & { version: number }): Promise<IncidentDetail> {
  const path = verb === 'approve' ? '/api/v1/incidents/{id}/roster/approve' : '/api/v1/incidents/{id}/roster/return'
  return take(http.POST(path, { params: at(id), body }))
}

export async function revealPerson(id: string, edition: number, no: number, purpose: string): Promise<string> {
  return (await take(http.POST('/api/v1/incidents/{id}/roster/{edition}/{no}/reveal', { params: { path: { id, edition, no } }, body: { purpose } }))).phone
}

export function publishContacts(id: string, body: { id: string; contacts: PublishedContact[] }): Promise<IncidentDetail> {
  return take(http.POST('/api/v1/incidents/{id}/contacts', { params: at(id), body }))
}

export async function listHandovers(id: string): Promise<Handover[]> {
  return (await take(http.GET('/api/v1/incidents/{id}/handovers', { params: at(id) }))).items
}

export async function handOver(id: string, body: HandoverIn): Promise<Handover[]> {
  return (await take(http.POST('/api/v1/incidents/{id}/handovers', { params: at(id), body }))).items
}

const answers = {
  take: '/api/v1/incidents/{id}/handovers/{handover}/take',
  return: '/api/v1/incidents/{id}/handovers/{handover}/return',
  finish: '/api/v1/incidents/{id}/handovers/{handover}/finish',
} as const
export type HandoverVerb = keyof typeof answers

export async function answerHandover(id: string, handover: string, verb: HandoverVerb, body: { id: string; version: number; reason?: string }): Promise<Handover[]> {
  return (await take(http.POST(answers[verb], { params: { path: { id, handover } }, body }))).items
}

export async function listDirectives(id: string): Promise<Directive[]> {
  return (await take(http.GET('/api/v1/incidents/{id}/directives', { params: at(id) }))).items
}

export async function recordDirective(id: string, body: DirectiveIn): Promise<Directive[]> {
  return (await take(http.POST('/api/v1/incidents/{id}/directives', { params: at(id), body }))).items
}

export async function liftDirective(id: string, directive: string, body: DecisionIn & { version: number }): Promise<Directive[]> {
  return (await take(http.POST('/api/v1/incidents/{id}/directives/{directive}/lift', { params: { path: { id, directive } }, body }))).items
}

export async function answerDirective(id: string, directive: string, group: Group, verb: 'take' | 'report', body: { id: string; version: number; words?: string }): Promise<Directive[]> {
  const path = verb === 'take' ? '/api/v1/incidents/{id}/directives/{directive}/{group}/take' : '/api/v1/incidents/{id}/directives/{directive}/{group}/report'
  return (await take(http.POST(path, { params: { path: { id, directive, group } }, body }))).items
}

export function sendWorkingGroup(id: string, body: WorkingGroupIn): Promise<IncidentDetail> {
  return take(http.POST('/api/v1/incidents/{id}/working-groups', { params: at(id), body }))
}

export function workingGroupBack(id: string, group: string): Promise<IncidentDetail> {
  return take(http.POST('/api/v1/incidents/{id}/working-groups/{group}/back', { params: { path: { id, group } }, body: { id: uuidv7() } }))
}
