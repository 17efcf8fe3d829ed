import { soughtHeader } from '../ui/sought'
// All calls about reports, needs and instructions.
import { http, take } from '../api/http'
import type {
  AttemptIn, CourseRow, Instruction, InstructionIn, NeedDetail, NeedDraft, NeedMap, NeedRow, OutcomeIn, Page, PublicReceived, PublicReport, ReportDetail, ReportRow, Audience,
} from '../api/types'

const at = (id: string) => ({ path: { id } })

export type ReportPage = Page<ReportRow> & { overdueAfter: number; againAfter: number; partial?: boolean }

type Reasoned = { id: string; version: number; reason: string }

type Stage = 'received' | 'verifying' | 'quarantine' | 'done' | 'all'

export function listReports(query: { stage: Stage; incident?: string; place?: string; figure?: string; cursor?: string; limit?: number }, sought = ''): Promise<ReportPage> {
  return take(http.GET('/api/v1/reports', { params: { query, ...soughtHeader(sought) } }))
}

export function readReport(id: string): Promise<ReportDetail> {
  return take(http.GET('/api/v1/reports/{id}', { params: at(id) }))
}

export function enterReport(body: PublicReport): Promise<PublicReceived> {
  return take(http.POST('/api/v1/reports', { body }))
}

export function lookAt(id: string): Promise<ReportDetail> {
  return take(http.POST('/api/v1/reports/{id}/look', { params: at(id) }))
}

export function logAttempt(id: string, body: AttemptIn): Promise<ReportDetail> {
  return take(http.POST('/api/v1/reports/{id}/attempts', { params: at(id), body }))
}

export function setOutcome(id: string, body: OutcomeIn): Promise<ReportDetail> {
  return take(http.POST('/api/v1/reports/{id}/outcome', { params: at(id), body }))
}

export function reopenReport(id: string, body: Reasoned): Promise<ReportDetail> {
  return take(http.POST('/api/v1/reports/{id}/reopen', { params: at(id), body }))
}

// Makes the report follow another, which leads; each keeps its words, receipt and history.
export function mergeReport(id: string, body: { id: string; version: number; into: string }): Promise<ReportDetail> {
  return take(http.POST('/api/v1/reports/{id}/merge', { params: at(id), body }))
}

export function unmergeReport(id: string, body: Reasoned): Promise<ReportDetail> {
  return take(http.POST('/api/v1/reports/{id}/unmerge', { params: at(id), body }))
}

export function joinIncident(incident: string, body: { id: string; reports: string[] }): Promise<{ joined: number; more: boolean }> {
  return take(http.POST('/api/v1/incidents/{id}/reports', { params: at(incident), body }))
}

export function reveal(id: string, body: { purpose: string }): Promise<{ phone: string; name: string }> {
  return take(http.POST('/api/v1/reports/{id}/reveal', { params: at(id), body }))
}

export interface NeedFilter {
  state: 'open' | 'published' | 'closed' | 'all'
  place?: string
  severity?: number
  kind?: string
  audience?: Audience
  incident?: string
}

export function listNeeds({ q = '', ...query }: NeedFilter & { q?: string; figure?: string; cursor?: string; limit?: number }): Promise<Page<NeedRow>> {
  return take(http.GET('/api/v1/needs', { params: { query, ...soughtHeader(q) } }))
}

export function mapNeeds(query: NeedFilter & { west: number; south: number; east: number; north: number; zoom: number }): Promise<NeedMap> {
  return take(http.GET('/api/v1/needs/map', { params: { query } }))
}

export function readNeed(id: string): Promise<NeedDetail> {
  return take(http.GET('/api/v1/needs/{id}', { params: at(id) }))
}

export function publishNeed(id: string, body: { id: string; version: number; instruction: string; audience: Audience[] }): Promise<NeedDetail> {
  return take(http.POST('/api/v1/needs/{id}/publish', { params: at(id), body }))
}

export function correctNeed(id: string, body: { id: string; version: number; reason: string; changes: NeedDraft }): Promise<NeedDetail> {
  return take(http.POST('/api/v1/needs/{id}/correct', { params: at(id), body }))
}

export function withdrawNeed(id: string, body: Reasoned): Promise<NeedDetail> {
  return take(http.POST('/api/v1/needs/{id}/withdraw', { params: at(id), body }))
}

export function closeNeed(id: string, body: Reasoned): Promise<NeedDetail> {
  return take(http.POST('/api/v1/needs/{id}/close', { params: at(id), body }))
}

export async function listInstructions(): Promise<Instruction[]> {
  return (await take(http.GET('/api/v1/instructions'))).items ?? []
}

export function addInstruction(body: InstructionIn): Promise<Instruction> {
  return take(http.POST('/api/v1/instructions', { body }))
}

// What happened to an instruction, newest first, before a row (0: from the newest on).
export async function readInstructionCourse(id: string, before: number, limit: number): Promise<CourseRow[]> {
  return (await take(http.GET('/api/v1/instructions/{id}/course', { params: { path: { id }, query: { before, limit } } }))).items
}

// Records the paper of an instruction; the last one counts.
export function fileInstruction(id: string, body: { id: string; number: string; dated: string }): Promise<Instruction> {
  return take(http.POST('/api/v1/instructions/{id}/papers', { params: at(id), body }))
}
