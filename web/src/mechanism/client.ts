// All calls about standing mechanisms and the liaison officers of their units.
import { http, take } from '../api/http'
import type { LiaisonIn, Mechanism, MechanismDetail, MechanismEdit } from '../api/types'

export async function listMechanisms(): Promise<Mechanism[]> {
  return (await take(http.GET('/api/v1/mechanisms'))).items
}

export function readMechanism(id: string): Promise<MechanismDetail> {
  return take(http.GET('/api/v1/mechanisms/{id}', { params: { path: { id } } }))
}

export function foundMechanism(body: { id: string; place: string; says: MechanismEdit }): Promise<MechanismDetail> {
  return take(http.POST('/api/v1/mechanisms', { body }))
}

export function changeMechanism(id: string, body: { id: string; version: number; reason: string; says: MechanismEdit }): Promise<MechanismDetail> {
  return take(http.POST('/api/v1/mechanisms/{id}/change', { params: { path: { id } }, body }))
}

export function nameOfficer(id: string, body: LiaisonIn): Promise<MechanismDetail> {
  return take(http.POST('/api/v1/mechanisms/{id}/liaisons', { params: { path: { id } }, body }))
}

export async function revealOfficer(id: string, liaison: string, purpose: string): Promise<string> {
  return (await take(http.POST('/api/v1/mechanisms/{id}/liaisons/{liaison}/reveal', { params: { path: { id, liaison } }, body: { purpose } }))).phone
}
