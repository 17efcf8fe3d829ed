// All calls about missions and sectors.
import { http, take } from '../api/http'
import type { MissionDetail, MissionIn, MissionPage, MissionStep, ReassignIn, Sector, SectorIn, TaskBoard } from '../api/types'

const at = (id: string) => ({ path: { id } })

export type MissionTab = 'live' | 'done' | 'silent' | 'late' | 'ended'
// What takes a mission along by itself; reassign takes another team besides.
export type StepVerb = 'accept' | 'decline' | 'set_out' | 'arrive' | 'progress' | 'block' | 'resume' | 'finish' | 'confirm' | 'correct' | 'return' | 'cancel'
export type MissionVerb = StepVerb | 'reassign'

export function listMissions(incident: string, state: MissionTab, query: { figure?: string; sector?: string } = {}): Promise<MissionPage> {
  return take(http.GET('/api/v1/incidents/{id}/missions', { params: { ...at(incident), query: { state, ...query, limit: 500 } } }))
}
export function readMission(id: string): Promise<MissionDetail> {
  return take(http.GET('/api/v1/missions/{id}', { params: at(id) }))
}
export async function ownMissions(): Promise<MissionDetail[]> {
  return (await take(http.GET('/api/v1/team/missions'))).items
}
export function readBoard(incident: string, near = ''): Promise<TaskBoard> {
  return take(http.GET('/api/v1/incidents/{id}/task-board', { params: { ...at(incident), query: near ? { near } : {} } }))
}
export function giveMission(incident: string, body: MissionIn): Promise<MissionDetail> {
  return take(http.POST('/api/v1/incidents/{id}/missions', { params: at(incident), body }))
}
export function reassign(id: string, body: ReassignIn): Promise<MissionDetail> {
  return take(http.POST('/api/v1/missions/{id}/reassign', { params: at(id), body }))
}

const paths = {
  accept: '/api/v1/missions/{id}/accept',
  decline: '/api/v1/missions/{id}/decline',
  set_out: '/api/v1/missions/{id}/set-out',
  arrive: '/api/v1/missions/{id}/arrive',
  progress: '/api/v1/missions/{id}/progress',
  block: '/api/v1/missions/{id}/block',
  resume: '/api/v1/missions/{id}/resume',
  finish: '/api/v1/missions/{id}/finish',
  confirm: '/api/v1/missions/{id}/confirm',
  correct: '/api/v1/missions/{id}/correct',
  return: '/api/v1/missions/{id}/return',
  cancel: '/api/v1/missions/{id}/cancel',
} as const

export function stepMission(id: string, verb: StepVerb, body: MissionStep): Promise<MissionDetail> {
  return take(http.POST(paths[verb], { params: at(id), body }))
}

export async function listSectors(incident: string): Promise<Sector[]> {
  return (await take(http.GET('/api/v1/incidents/{id}/sectors', { params: at(incident) }))).items
}
export async function addSector(incident: string, body: SectorIn): Promise<Sector[]> {
  return (await take(http.POST('/api/v1/incidents/{id}/sectors', { params: at(incident), body }))).items
}
export async function changeSector(id: string, body: SectorIn): Promise<Sector[]> {
  return (await take(http.POST('/api/v1/sectors/{id}/change', { params: at(id), body }))).items
}
export async function closeSector(sector: string, id: string, version: number, reason: string): Promise<Sector[]> {
  return (await take(http.POST('/api/v1/sectors/{id}/close', { params: at(sector), body: { id, version, reason } }))).items
}
