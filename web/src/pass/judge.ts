// What a gate may say without network: go, stop, or that it cannot be told here.
import { keyOfCode, openCode, unbase64, type Token } from './token'
import { ageMinutes, clockFault, fingerprint, type Kept, type ListedPass } from './trust'

export type Verdict = 'go' | 'stop' | 'unknown'
export type Why =
  | 'in_window' | 'forged' | 'revoked' | 'used' | 'lapsed' | 'too_early' | 'too_late' | 'back_early' | 'stood_down' | 'drill_only' | 'no_pass' | 'other_car'
  | 'no_list' | 'list_old' | 'clock' | 'not_a_code' | 'other_version' | 'unknown_key' | 'key_ended' | 'not_listed'
export interface Answer {
  verdict: Verdict
  why: Why
  number: string
  plate: string
  colour: string
  kind: string
  by: 'code' | 'list' | 'none' // what it was told by
  listed?: ListedPass
  goes: string // where it leads
  incident: string // number
  issuer: string
  drill: boolean
  note: string // what the driver is told of a revocation
  cause?: string | undefined // key of note, where the system gave it
  windows?: Windows
}
export type Direction = 'in' | 'out'
export type Windows = Pick<Token, 'outFrom' | 'outTo' | 'backFrom' | 'backTo'>

// How a vehicle comes to the gate: in which direction, when, and whether the gate takes part in a drill, by its number.
export interface Coming { direction: Direction; now: number; drill?: string | undefined }

const blank: Answer = { verdict: 'unknown', why: 'no_list', number: '', plate: '', colour: '', kind: '', by: 'none', goes: '', incident: '', issuer: '', drill: false, note: '' }

// plateOf is a plate without the ways of writing it, as the server keeps it.
export function plateOf(s: string): string {
  return s.normalize('NFKC').toUpperCase().replace(/[\s·•・.-]/g, '')
}
const numberOf = (s: string) => s.normalize('NFKC').toUpperCase().replace(/\s/g, '')

function windowsOf(p: ListedPass): Windows {
  return { outFrom: Date.parse(p.outFrom), outTo: Date.parse(p.outTo), backFrom: Date.parse(p.backFrom), backTo: Date.parse(p.backTo) }
}

// timed judges by the clock: each direction has a window of its own, and between them nobody goes in or out. The server
// judges alike (domain/pass/pass.go); vectors.json holds both to the same answers.
export function timed(w: Windows, direction: Direction, now: number): Why {
  if (now > w.backTo) return 'lapsed'
  if (direction === 'out') return now < w.backFrom ? 'back_early' : 'in_window'
  if (now < w.outFrom) return 'too_early'
  return now > w.outTo ? 'too_late' : 'in_window'
}

// distrust is why nothing may be called valid here and now.
function distrust(kept: Kept, now: number): Why | undefined {
  if (clockFault(kept, now)) return 'clock'
  return ageMinutes(kept, now) > kept.list.maxAge ? 'list_old' : undefined
}

// judgeCode answers for a code that was read. What is forged, revoked or used up stays so however old the list is, and so
// does a code of a key that counts no more: who has copied the key can write any plate.
export function judgeCode(kept: Kept | undefined, code: string, coming: Coming): Answer {
  if (!kept) return blank
  const by = keyOfCode(code)
  if (by && kept.ended?.some((k) => fingerprint(k) === by)) return { ...blank, verdict: 'stop', why: 'key_ended' }
  const opened = openCode(code, kept.keys.map(unbase64))
  if ('trouble' in opened) {
    const why = ({ none: 'not_a_code', version: 'other_version', key: 'unknown_key', signature: 'forged' } as const)[opened.trouble]
    return { ...blank, verdict: why === 'forged' ? 'stop' : 'unknown', why }
  }
  const t = opened.token
  const listed = kept.list.passes.find((p) => p.number === t.number)
  return settled(kept, {
    ...blank, number: t.number, plate: t.plate, colour: t.colour, kind: t.kind, by: 'code', listed, windows: t,
    goes: t.to || (listed?.destination ?? t.destination), incident: t.incident, issuer: t.issuer, drill: t.drill || kept.list.drills.includes(t.incident),
  }, coming)
}

function ofList(kept: Kept, p: ListedPass): Answer {
  return {
    ...blank, number: p.number, plate: p.plate, colour: p.colour, kind: p.kind, by: 'list', listed: p, windows: windowsOf(p),
    goes: p.destination, incident: p.incident, drill: kept.list.drills.includes(p.incident),
  }
}

// judgeTyped answers for a number or plate that was typed: by the list only. A check character proves nothing.
export function judgeTyped(kept: Kept | undefined, typed: string, coming: Coming): Answer {
  if (!kept) return blank
  const number = numberOf(typed)
  const plate = plateOf(typed)
  const byNumber = number.startsWith('TX-')
  const fits = (p: { number: string; plate: string }) => (byNumber ? p.number === number : p.plate === plate)
  const found = kept.list.passes.filter(fits).map((p) => settled(kept, ofList(kept, p), coming))
  const best = found.find((a) => a.verdict === 'go') ?? found.find((a) => !a.drill) ?? found[0]
  if (best) return best
  const asked: Answer = { ...blank, by: 'list', number: byNumber ? number : '', plate: byNumber ? '' : plate }
  const gone = kept.list.revoked.find(fits)
  if (gone) return { ...asked, verdict: 'stop', why: 'revoked', number: gone.number, plate: gone.plate, colour: gone.colour, note: gone.why, cause: gone.cause }
  if (byNumber && kept.list.used.includes(number)) return { ...asked, verdict: 'stop', why: 'used' }
  const why = distrust(kept, coming.now)
  if (why) return { ...asked, why }
  return byNumber ? { ...asked, why: 'not_listed' } : { ...asked, verdict: 'stop', why: 'no_pass' }
}

function settled(kept: Kept, about: Answer, { direction, now, drill }: Coming): Answer {
  const gone = kept.list.revoked.find((r) => r.number === about.number)
  if (gone) return { ...about, verdict: 'stop', why: 'revoked', note: gone.why, cause: gone.cause }
  if (kept.list.used.includes(about.number)) return { ...about, verdict: 'stop', why: 'used' }
  if (about.drill && about.incident !== drill) return { ...about, verdict: 'stop', why: 'drill_only' }
  if (direction === 'in' && kept.list.homeward.includes(about.number)) return { ...about, verdict: 'stop', why: 'stood_down' }
  const why = distrust(kept, now)
  if (why) return { ...about, why }
  const when = timed(about.windows!, direction, now)
  return { ...about, verdict: when === 'in_window' ? 'go' : 'stop', why: when }
}
