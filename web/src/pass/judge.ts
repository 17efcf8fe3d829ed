// What a gate may say without network: go, stop, or that it cannot be told here.
import { openCode, signedBy, unbase64, type Token } from './token'

export interface ListedPass {
  number: string
  plate: string
  colour: string
  kind: string
  team: string
  crew: number
  load: string
  route: string
  destination: string
  incident: string
  outFrom: string
  outTo: string
  backFrom: string
  backTo: string
  toll: string
  escort?: { number: string; plate: string } // the police lead it
}
export interface Revoked { number: string; plate: string; colour: string; at: string; why: string }
// An access point that a guard may choose. A list that was kept from before knows none.
export interface ListedPoint { id: string; name: string; place: string; placeName: string; incident: string; zone: string }
export interface ListedIncident { id: string; name: string; places: string[] }
export interface GateList { no: number; at: string; maxAge: number; skew: number; passes: ListedPass[]; revoked: Revoked[]; used: string[]; points?: ListedPoint[]; incidents?: ListedIncident[] }

// What the device keeps: the list, the keys it has met, and its own clock beside the server's.
export interface Kept {
  list: GateList
  keys: string[] // base64
  fetchedAt: number // by the clock of the device
  seen: number // the latest moment that the device ever showed
}

// accept takes an answer of the server, unless its signature does not fit or it is older than what is kept.
export function accept(kept: Kept | undefined, answer: { text: string; signature: string; key: string }, now: number): { kept?: Kept; refused?: 'signature' | 'older' } {
  let list: GateList
  try {
    if (!signedBy('gate list', new TextEncoder().encode(answer.text), unbase64(answer.signature), unbase64(answer.key))) return { kept, refused: 'signature' }
    list = JSON.parse(answer.text) as GateList
  } catch {
    return { kept, refused: 'signature' }
  }
  const older = kept && (list.no < kept.list.no || (list.no === kept.list.no && Date.parse(list.at) < Date.parse(kept.list.at)))
  if (older) return { kept, refused: 'older' }
  const keys = [answer.key, ...(kept?.keys ?? []).filter((k) => k !== answer.key)].slice(0, 4)
  return { kept: { list, keys, fetchedAt: now, seen: now } }
}

// clockOff says whether the clock of the device cannot be right: it differed when the list came, or went back since.
export function clockOff(kept: Kept, now: number): boolean {
  const differed = Math.abs(kept.fetchedAt - Date.parse(kept.list.at)) > kept.list.skew * 60_000
  return differed || now < kept.seen - 60_000
}
export function ageMinutes(kept: Kept, now: number): number {
  return Math.max(0, Math.floor((now - Date.parse(kept.list.at)) / 60_000))
}

export type Verdict = 'go' | 'stop' | 'unknown'
export type Why =
  | 'in_window' | 'forged' | 'revoked' | 'used' | 'lapsed' | 'too_early' | 'too_late' | 'no_pass' | 'other_car'
  | 'no_list' | 'list_old' | 'clock' | 'not_a_code' | 'other_version' | 'unknown_key' | 'not_listed'
export interface Answer {
  verdict: Verdict
  why: Why
  number: string
  plate: string
  colour: string
  kind: string
  by: 'code' | 'list' | 'none' // what it was told by
  listed?: ListedPass
  note: string // what the driver is told of a revocation
  windows?: Pick<Token, 'outFrom' | 'outTo' | 'backFrom' | 'backTo'>
}
export type Direction = 'in' | 'out'

const blank: Answer = { verdict: 'unknown', why: 'no_list', number: '', plate: '', colour: '', kind: '', by: 'none', note: '' }

// plateOf is a plate without the ways of writing it, as the server keeps it.
export function plateOf(s: string): string {
  return s.normalize('NFKC').toUpperCase().replace(/[\s·•・.-]/g, '')
}
const numberOf = (s: string) => s.normalize('NFKC').toUpperCase().replace(/\s/g, '')

function windowsOf(p: ListedPass) {
  return { outFrom: Date.parse(p.outFrom), outTo: Date.parse(p.outTo), backFrom: Date.parse(p.backFrom), backTo: Date.parse(p.backTo) }
}

// timed judges by the clock. Whoever leaves on the way out is let out; the way in ends with its window.
function timed(w: Pick<Token, 'outFrom' | 'outTo' | 'backFrom' | 'backTo'>, direction: Direction, now: number): Why {
  if (now < w.outFrom) return 'too_early'
  if (now > w.backTo) return 'lapsed'
  if (direction === 'in' && now > w.outTo) return 'too_late'
  return 'in_window'
}

// distrust is why nothing may be called valid here and now.
function distrust(kept: Kept, now: number): Why | undefined {
  if (clockOff(kept, now)) return 'clock'
  return ageMinutes(kept, now) > kept.list.maxAge ? 'list_old' : undefined
}

// judge answers for a code that was read. What is forged, revoked or used up stays so however old the list is.
export function judgeCode(kept: Kept | undefined, code: string, direction: Direction, now: number): Answer {
  if (!kept) return blank
  const opened = openCode(code, kept.keys.map(unbase64))
  if ('trouble' in opened) {
    const why = ({ none: 'not_a_code', version: 'other_version', key: 'unknown_key', signature: 'forged' } as const)[opened.trouble]
    return { ...blank, verdict: why === 'forged' ? 'stop' : 'unknown', why }
  }
  const t = opened.token
  const listed = kept.list.passes.find((p) => p.number === t.number)
  const about: Answer = { ...blank, number: t.number, plate: t.plate, colour: t.colour, kind: t.kind, by: 'code', listed, windows: t }
  return settled(kept, about, direction, now)
}

// judgeTyped answers for a number or plate that was typed: by the list only. A check character proves nothing.
export function judgeTyped(kept: Kept | undefined, typed: string, direction: Direction, now: number): Answer {
  if (!kept) return blank
  const number = numberOf(typed)
  const plate = plateOf(typed)
  const byNumber = number.startsWith('TX-')
  const fits = (p: { number: string; plate: string }) => (byNumber ? p.number === number : p.plate === plate)
  const found = kept.list.passes.filter(fits)
  const p = found.find((x) => timed(windowsOf(x), direction, now) === 'in_window') ?? found[0]
  if (p) return settled(kept, { ...blank, number: p.number, plate: p.plate, colour: p.colour, kind: p.kind, by: 'list', listed: p, windows: windowsOf(p) }, direction, now)
  const asked: Answer = { ...blank, by: 'list', number: byNumber ? number : '', plate: byNumber ? '' : plate }
  const gone = kept.list.revoked.find(fits)
  if (gone) return { ...asked, verdict: 'stop', why: 'revoked', number: gone.number, plate: gone.plate, colour: gone.colour, note: gone.why }
  if (byNumber && kept.list.used.includes(number)) return { ...asked, verdict: 'stop', why: 'used' }
  const why = distrust(kept, now)
  if (why) return { ...asked, why }
  return byNumber ? { ...asked, why: 'not_listed' } : { ...asked, verdict: 'stop', why: 'no_pass' }
}

function settled(kept: Kept, about: Answer, direction: Direction, now: number): Answer {
  const gone = kept.list.revoked.find((r) => r.number === about.number)
  if (gone) return { ...about, verdict: 'stop', why: 'revoked', note: gone.why }
  if (kept.list.used.includes(about.number)) return { ...about, verdict: 'stop', why: 'used' }
  const why = distrust(kept, now)
  if (why) return { ...about, why }
  const when = timed(about.windows!, direction, now)
  return { ...about, verdict: when === 'in_window' ? 'go' : 'stop', why: when }
}
