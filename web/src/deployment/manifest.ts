import type { Manifest, Member, OfferDetail, Stock } from '../api/types'

export interface Ride { id: string; on: boolean; crew: number; load: string }

// What is being filled in. Nothing is claimed for the team: days and the time of arrival are left to be said.
export interface Draft {
  persons: string[]
  rides: Ride[]
  equipment: Record<string, number>
  days: number
  eta: string | undefined
  origin: string
  note: string
}

// Who is active comes along, the vehicles carry them as far as there are seats, and of the equipment what is wanted.
export function draftOf(members: Member[], stock: Stock, origin: string, wanted: { key: string; count: number }[] = []): Draft {
  let rest = members.length
  const rides = stock.vehicles.filter((v) => v.state === 'active').map((v) => {
    const crew = Math.min(v.seats || 5, rest)
    rest -= crew
    return { id: v.id, on: crew > 0, crew: Math.max(1, crew), load: v.load ?? '' }
  })
  const equipment: Record<string, number> = {}
  for (const e of stock.equipment) equipment[e.kind] = Math.min(e.usable, wanted.find((w) => w.key === e.kind)?.count ?? 0)
  return { persons: members.map((m) => m.id), rides, equipment, days: 0, eta: undefined, origin, note: '' }
}

// What an offer said, for correcting it; who has left the team since, and what it no longer has, falls out.
export function draftFrom(o: OfferDetail, members: Member[], stock: Stock): Draft {
  const blank = draftOf(members, stock, o.origin, o.equipment)
  const still = new Set(members.map((m) => m.id))
  return {
    ...blank, persons: o.persons.map((p) => p.member).filter((id) => still.has(id)), days: o.days, eta: o.eta, note: o.note,
    rides: blank.rides.map((r) => {
      const was = o.cars.find((c) => c.vehicle === r.id)
      return was ? { id: r.id, on: true, crew: was.crew, load: was.load } : { ...r, on: false }
    }),
  }
}

export type Gap = 'persons' | 'days' | 'eta' | 'origin'
export function gaps(d: Draft): Gap[] {
  const out: Gap[] = []
  if (!d.persons.length) out.push('persons')
  if (!(d.days > 0)) out.push('days')
  if (!d.eta) out.push('eta')
  if (!d.origin.trim()) out.push('origin')
  return out
}

export function manifestOf(d: Draft, needs: string[]): Manifest {
  const note = d.note.trim()
  return {
    needs, persons: d.persons, days: d.days, eta: d.eta!, origin: d.origin.trim(), ...(note ? { note } : {}),
    vehicles: d.rides.filter((r) => r.on).map((r) => ({ id: r.id, crew: r.crew, ...(r.load.trim() ? { load: r.load.trim() } : {}) })),
    equipment: Object.entries(d.equipment).filter(([, n]) => n > 0).map(([key, count]) => ({ key, count })),
  }
}
