import { http, take } from '../api/http'
import { soughtHeader } from '../ui/sought'
import type {
  Cover, LegalStep, Member, MemberIn, Page, PolicyIn, Roster, Stock, TeamDetail, TeamIn, TeamName, TeamNeed, TeamRow, Vehicle, VehicleIn,
} from '../api/types'

export function nearbyNeeds(at: { lon: number; lat: number } | undefined): Promise<Page<TeamNeed>> {
  return take(http.GET('/api/v1/team/needs', { params: { query: at ? { lon: at.lon, lat: at.lat } : {} } }))
}

type ListQuery = { place?: string; skill?: string; grade?: number; equipment?: string; legal?: TeamIn['legal'] | 'all'; q?: string; lon?: number; lat?: number; within?: number; cursor?: string; limit?: number }
export function listTeams({ q = '', ...query }: ListQuery): Promise<Page<TeamRow>> {
  return take(http.GET('/api/v1/teams', { params: { query, ...soughtHeader(q) } }))
}
export function teamNames({ q = '', ...query }: { q?: string; id?: string[] }): Promise<Page<TeamName>> {
  return take(http.GET('/api/v1/team-names', { params: { query, ...soughtHeader(q) } }))
}
export function readTeam(id: string): Promise<TeamDetail> {
  return take(http.GET('/api/v1/teams/{id}', { params: { path: { id } } }))
}
export function readOwnTeam(): Promise<TeamDetail> {
  return take(http.GET('/api/v1/team'))
}
export function registerTeam(body: TeamIn): Promise<TeamDetail> {
  return take(http.POST('/api/v1/teams', { body }))
}
export function changeTeam(id: string, body: Omit<TeamIn, 'legal'> & { version: number }): Promise<TeamDetail> {
  return take(http.POST('/api/v1/teams/{id}/change', { params: { path: { id } }, body }))
}
export function moveLegal(id: string, body: LegalStep): Promise<TeamDetail> {
  return take(http.POST('/api/v1/teams/{id}/legal', { params: { path: { id } }, body }))
}
export function revealContact(id: string, purpose: string): Promise<{ name?: string; phone?: string }> {
  return take(http.POST('/api/v1/teams/{id}/reveal', { params: { path: { id } }, body: { purpose } }))
}

export function listMembers(id: string, query: { state?: 'active' | 'left' | 'all'; cursor?: string; limit?: number }): Promise<Roster> {
  return take(http.GET('/api/v1/teams/{id}/members', { params: { path: { id }, query } }))
}
export function addMember(team: string, body: MemberIn): Promise<Member> {
  return take(http.POST('/api/v1/teams/{id}/members', { params: { path: { id: team } }, body }))
}
export function changeMember(member: string, body: MemberIn & { version: number }): Promise<Member> {
  return take(http.POST('/api/v1/members/{id}/change', { params: { path: { id: member } }, body }))
}
type Because = { id: string; version: number; reason: string }
export function leaveTeam(member: string, body: Because): Promise<Member> {
  return take(http.POST('/api/v1/members/{id}/leave', { params: { path: { id: member } }, body }))
}
export function revealMember(member: string, purpose: string): Promise<{ name: string; phone?: string; number: string }> {
  return take(http.POST('/api/v1/members/{id}/reveal', { params: { path: { id: member } }, body: { purpose } }))
}

export function readCover(id: string): Promise<Cover> {
  return take(http.GET('/api/v1/teams/{id}/policies', { params: { path: { id } } }))
}
export function addPolicy(id: string, body: PolicyIn): Promise<Cover> {
  return take(http.POST('/api/v1/teams/{id}/policies', { params: { path: { id } }, body }))
}
export function changePolicy(id: string, policy: string, body: PolicyIn & { version: number }): Promise<Cover> {
  return take(http.POST('/api/v1/teams/{id}/policies/{policy}/change', { params: { path: { id, policy } }, body }))
}

export function readStock(id: string): Promise<Stock> {
  return take(http.GET('/api/v1/teams/{id}/equipment', { params: { path: { id } } }))
}
export function countEquipment(id: string, body: { id: string; version: number; kind: string; count: number; usable: number }): Promise<Stock> {
  return take(http.POST('/api/v1/teams/{id}/equipment', { params: { path: { id } }, body }))
}
export function addVehicle(id: string, body: VehicleIn): Promise<Vehicle> {
  return take(http.POST('/api/v1/teams/{id}/vehicles', { params: { path: { id } }, body }))
}
export function changeVehicle(vehicle: string, body: VehicleIn & { version: number }): Promise<Vehicle> {
  return take(http.POST('/api/v1/vehicles/{id}/change', { params: { path: { id: vehicle } }, body }))
}
export function retireVehicle(vehicle: string, body: Because): Promise<Vehicle> {
  return take(http.POST('/api/v1/vehicles/{id}/retire', { params: { path: { id: vehicle } }, body }))
}
