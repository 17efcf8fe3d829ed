// All calls about teams that leave.
import { http, take } from '../api/http'
import type { CheckOutIn, DepartureSheet, HandbackLine, WaveDetail, WavePlan, Withdrawals } from '../api/types'

const at = (id: string) => ({ path: { id } })
type Command = { id: string; version: number }
type Step = Command & { reason?: string }

export function readWithdrawals(incident: string, query: { figure?: string } = {}): Promise<Withdrawals> {
  return take(http.GET('/api/v1/incidents/{id}/withdrawals', { params: { ...at(incident), query } }))
}
export function planWave(incident: string, body: WavePlan): Promise<WaveDetail> {
  return take(http.POST('/api/v1/incidents/{id}/withdrawals', { params: at(incident), body }))
}
export function changeWave(id: string, body: WavePlan): Promise<WaveDetail> {
  return take(http.POST('/api/v1/withdrawals/{id}/change', { params: at(id), body }))
}
export function readWave(id: string): Promise<WaveDetail> {
  return take(http.GET('/api/v1/withdrawals/{id}', { params: at(id) }))
}
export function orderWave(id: string, body: Command): Promise<WaveDetail> {
  return take(http.POST('/api/v1/withdrawals/{id}/order', { params: at(id), body }))
}
export function cancelWave(id: string, body: Step): Promise<WaveDetail> {
  return take(http.POST('/api/v1/withdrawals/{id}/cancel', { params: at(id), body }))
}

export function readDeparture(party: string): Promise<DepartureSheet> {
  return take(http.GET('/api/v1/parties/{id}/departure', { params: at(party) }))
}
// The teams that are to be counted out, for whoever counts; kept on the device.
export async function readLeavers(incident: string): Promise<DepartureSheet[]> {
  return (await take(http.GET('/api/v1/incidents/{id}/departures', { params: at(incident) }))).items
}
export function undoCheckOut(party: string, body: Step): Promise<DepartureSheet> {
  return take(http.POST('/api/v1/parties/{id}/undo-check-out', { params: at(party), body }))
}
export async function ownDepartures(): Promise<DepartureSheet[]> {
  return (await take(http.GET('/api/v1/team/withdrawal'))).items
}
export function takeOrder(party: string, body: Command): Promise<DepartureSheet> {
  return take(http.POST('/api/v1/parties/{id}/take-order', { params: at(party), body }))
}
export function recallParty(party: string, body: Step): Promise<DepartureSheet> {
  return take(http.POST('/api/v1/parties/{id}/recall', { params: at(party), body }))
}
export function arriveHome(party: string, body: Step): Promise<DepartureSheet> {
  return take(http.POST('/api/v1/parties/{id}/home', { params: at(party), body }))
}
export function checkOut(party: string, body: CheckOutIn): Promise<DepartureSheet> {
  return take(http.POST('/api/v1/parties/{id}/check-out', { params: at(party), body }))
}

export function listHandbacks(party: string, body: { id: string; lines: HandbackLine[] }): Promise<DepartureSheet> {
  return take(http.POST('/api/v1/parties/{id}/handbacks', { params: at(party), body }))
}
const onLine = (id: string, line: string) => ({ path: { id, line } })
export function recordHandback(party: string, line: string, body: { id: string; version: number; back: number; damaged: number; lost: number; used?: number; note?: string }): Promise<DepartureSheet> {
  return take(http.POST('/api/v1/parties/{id}/handbacks/{line}/record', { params: onLine(party, line), body }))
}
export function removeHandback(party: string, line: string, body: Command): Promise<DepartureSheet> {
  return take(http.POST('/api/v1/parties/{id}/handbacks/{line}/remove', { params: onLine(party, line), body }))
}
export async function renewPass(pass: string, body: { id: string; version: number; from: string; to: string }): Promise<void> {
  await take(http.POST('/api/v1/passes/{id}/return', { params: at(pass), body }))
}
