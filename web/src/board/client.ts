import { http, take } from '../api/http'
import type { CourseRow, IncidentMap } from '../api/types'
import { viewQuery } from '../need/useNeedMap'
import type { Box } from '../ui/map/types'

export function readMap(id: string, box: Box, zoom: number): Promise<IncidentMap> {
  return take(http.GET('/api/v1/incidents/{id}/map', { params: { path: { id }, query: viewQuery(box, zoom) } }))
}

export const steps = ['activate', 'publish', 'match', 'dispatch', 'passage', 'mission', 'support', 'withdraw', 'summary'] as const
export type StepKey = (typeof steps)[number]

export async function readCourseOf(id: string, step: StepKey[], before = 0, limit = 50): Promise<CourseRow[]> {
  return (await take(http.GET('/api/v1/incidents/{id}/course', { params: { path: { id }, query: { before, limit, ...(step.length ? { step } : {}) } }, querySerializer: { array: { style: 'form', explode: false } } }))).items
}
