import type { Point, PublicReport, ReportKind, Vulnerable } from '../api/types'
import { uuidv7 } from '../api/uuid'

export interface Draft {
  id: string
  kind: ReportKind | ''
  text: string
  address: string
  people: number | null
  vulnerable: Vulnerable[]
  phone: string
  name: string
  point: Point | null
  place: string
  firstSentAt: string // kept, so that an unchanged draft sent again is the same body
}

export function newDraft(): Draft {
  return { id: uuidv7(), kind: '', text: '', address: '', people: null, vulnerable: [], phone: '', name: '', point: null, place: '', firstSentAt: '' }
}

// A county is what a point lies in; a town or a village somebody has chosen.
export function isChosen(place: string): boolean {
  return place.length > 6 && /^\d+$/.test(place)
}

export function isBlank(d: Draft): boolean {
  return !d.kind && !d.text && !d.address && d.people === null && !d.vulnerable.length && !d.phone && !d.name && !d.point && !isChosen(d.place)
}

// The body is fixed when it is first sent: a retry must be the same bytes under the same id.
export function toBody(d: Draft, now: Date, asked: boolean): PublicReport {
  const body: PublicReport = { id: d.id, kind: d.kind || 'other', vulnerable: d.vulnerable, clientTime: d.firstSentAt || now.toISOString() }
  if (d.people !== null) body.people = d.people
  if (d.text.trim()) body.text = d.text.trim()
  if (d.address.trim()) body.address = d.address.trim()
  if (d.phone.trim()) body.phone = d.phone.trim()
  if (d.name.trim()) body.name = d.name.trim()
  if (d.point) body.point = d.point
  if (d.place) body.place = d.place
  if (asked) body.asked = true
  return body
}
