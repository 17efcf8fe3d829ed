import type { IncidentMap } from '../api/types'
import type { MapThing } from '../ui/map/types'
import type { Plate } from './ground'

const facility: Record<string, string> = {
  reception: 'M5 14V4h7l-2 2.500 2 2.500H5', // a flag
  staging: 'M4 13h10M6 13V7h6v6M9 7V4',
  base: 'M4 14V8l5-4 5 4v6ZM8 14v-3h2v3',
  gate: 'M5 14V5m0 1 8-2',
}

// What is small beside a place grows with the big screen.
const grown = (px: number) => `calc(var(--u, 1px) * ${px})`

function element(kind: string, label: string, pick: (() => void) | undefined): HTMLElement {
  const el = document.createElement(pick ? 'button' : 'div')
  el.className = `ground-thing ${kind}`
  el.title = label
  if (pick) {
    el.setAttribute('type', 'button')
    el.setAttribute('aria-label', label)
    el.addEventListener('click', (e) => {
      e.stopPropagation()
      pick()
    })
  } else {
    el.setAttribute('role', 'img')
    el.setAttribute('aria-label', label)
  }
  return el
}

// A plate says the people of a team; what it is, is told by its outline and in words.
export function plateThing(p: Plate, chosen: boolean, label: string, pick: () => void): MapThing {
  const el = element(`plate ${p.kind}${chosen ? ' chosen' : ''}`, label, pick)
  const box = document.createElement('span')
  box.textContent = String(p.people)
  box.dataset.solid = ''
  box.style.transform = `translate(${grown(p.dx)}, ${grown(p.dy)})`
  el.append(box)
  return { id: p.id, lon: p.lon, lat: p.lat, element: el }
}

export function postThing(p: IncidentMap['points'][number] | (IncidentMap['gates'][number] & { kind: 'gate' }), note: string, row: number, label: string): MapThing {
  const el = element(`post ${p.kind}`, label, undefined)
  el.innerHTML = `<svg data-solid width="22" height="22" viewBox="0 0 18 18" aria-hidden="true"><${p.kind === 'gate' ? 'rect x="1" y="1" width="16" height="16" rx="3"' : 'circle cx="9" cy="9" r="8"'} class="rim"/><path d="${facility[p.kind] ?? facility.reception}" class="sign"/></svg>`
  const text = document.createElement('span')
  named(text, 'beside', note ? 1 : p.kind === 'gate' ? 4 : 2)
  const name = document.createElement('b')
  name.textContent = p.name
  text.append(name)
  if (note) {
    const small = document.createElement('small')
    small.textContent = note
    text.append(small)
  }
  el.append(text)
  return { id: p.id, lon: p.lon, lat: p.lat, element: lowered(el, row) }
}

// How a name finds its room, and how early: where people wait before all others, gates last.
function named(el: HTMLElement, how: 'beside' | 'over', rank: number): void {
  Object.assign(el.dataset, { name: how, rank: String(rank) })
}

// lowered stands below others of the same place; the map moves the outer element itself.
function lowered(el: HTMLElement, row: number): HTMLElement {
  if (row > 0) for (const child of el.children) (child as HTMLElement).style.transform = `translateY(${grown(row * 38)})`
  return el
}

export function sectorThing(s: IncidentMap['sectors'][number], label: string): MapThing {
  const el = element('sector', label, undefined)
  el.textContent = s.name
  named(el, 'over', 3)
  return { id: s.id, lon: s.lon, lat: s.lat, element: el }
}

// The name of a zone stands at the northernmost point of its outline; at is undefined where nothing of it is drawn.
export function zoneThing(z: IncidentMap['zones'][number], at: { lon: number; lat: number } | undefined, label: string): MapThing | undefined {
  if (!at) return undefined
  const el = element('sector', label, undefined)
  el.textContent = z.name
  named(el, 'over', 3)
  return { id: z.id, lon: at.lon, lat: at.lat, element: el }
}
