// All calls about the figures of an incident and its summary.
import { takeFile, type SavedFile } from '../api/file'
import { http, take } from '../api/http'
import type { AddendumIn, DecisionIn, Summary } from '../api/types'

const at = (id: string) => ({ path: { id } })

export type Format = 'docx' | 'xlsx'

export function readSummary(incident: string): Promise<Summary> {
  return take(http.GET('/api/v1/incidents/{id}/summary', { params: at(incident) }))
}
export function writeSection(incident: string, body: { id: string; section: string; version: number; words: string }): Promise<Summary> {
  return take(http.POST('/api/v1/incidents/{id}/summary/sections', { params: at(incident), body }))
}
export function submitSummary(incident: string, body: { id: string; version: number }): Promise<Summary> {
  return take(http.POST('/api/v1/incidents/{id}/summary/submit', { params: at(incident), body }))
}
export function decideSummary(incident: string, verb: 'approve' | 'return', body: DecisionIn & { version: number }): Promise<Summary> {
  return verb === 'approve'
    ? take(http.POST('/api/v1/incidents/{id}/summary/approve', { params: at(incident), body }))
    : take(http.POST('/api/v1/incidents/{id}/summary/return', { params: at(incident), body }))
}
export function issueSummary(incident: string, body: { id: string; version: number; paper: string }): Promise<Summary> {
  return take(http.POST('/api/v1/incidents/{id}/summary/issue', { params: at(incident), body }))
}
export function reviseSummary(incident: string, body: { id: string; version: number; reason: string }): Promise<Summary> {
  return take(http.POST('/api/v1/incidents/{id}/summary/revise', { params: at(incident), body }))
}
export function addLate(incident: string, body: AddendumIn): Promise<Summary> {
  return take(http.POST('/api/v1/incidents/{id}/summary/addenda', { params: at(incident), body }))
}

export function exportSummary(incident: string, body: { id: string; format: Format; purpose: string }): Promise<SavedFile> {
  return takeFile(http.POST('/api/v1/incidents/{id}/summary/export', { params: at(incident), body, parseAs: 'blob' }), `summary.${body.format}`)
}
