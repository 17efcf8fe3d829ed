import type { Incident } from '../api/types'

export type Mode = 'calm' | 'real' | 'drill'
type Known = Pick<Incident, 'id' | 'state' | 'drill' | 'createdAt'>

export function running(i: Pick<Incident, 'state'>): boolean {
  return i.state === 'active' || i.state === 'withdrawing'
}

// Running ones first, then those that wait for a decision; real before drill, the newest before older ones.
export function ordered<T extends Known>(list: T[]): T[] {
  const rank = (i: T) => (running(i) ? 0 : i.state === 'recorded' ? 2 : 4) + (i.drill ? 1 : 0)
  return [...list].sort((a, b) => rank(a) - rank(b) || b.createdAt.localeCompare(a.createdAt) || a.id.localeCompare(b.id))
}

// What a person has put aside on purpose ('') stays aside; without a choice it is the newest that runs in earnest.
export function initial(list: Known[], remembered: string | undefined): string {
  if (remembered === '') return ''
  if (remembered && list.some((i) => i.id === remembered)) return remembered
  return newestOf(list, 'real')
}

export function newestOf(list: Known[], mode: 'real' | 'drill'): string {
  return ordered(list).find((i) => running(i) && i.drill === (mode === 'drill'))?.id ?? ''
}

export function modeOf(i: Pick<Incident, 'state' | 'drill'> | undefined): Mode {
  if (!i || i.state === 'closed' || i.state === 'dropped') return 'calm'
  return i.drill ? 'drill' : 'real'
}
