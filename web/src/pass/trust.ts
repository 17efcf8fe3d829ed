// What a gate may go by: a list is believed when it is signed with a key that this device has pinned, and a moment when
// nothing speaks against the clock. Both are asked again when the page comes back from storage.
import { sha256 } from '@noble/hashes/sha2.js'
import { hex, signedBy, unbase64 } from './token'

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
export interface Revoked { number: string; plate: string; colour: string; at: string; why: string; cause?: string } // cause: key of why, where the system gave it
// An access point that a guard may choose. A list that was kept from before knows none.
export interface ListedPoint { id: string; name: string; place: string; placeName: string; incident: string; zone: string }
export interface ListedIncident { id: string; number: string; name: string; places: string[] }
export interface GateList {
  no: number
  at: string
  maxAge: number
  skew: number
  passes: ListedPass[]
  revoked: Revoked[]
  used: string[]
  points: ListedPoint[]
  incidents: ListedIncident[]
  drills: string[] // numbers of incidents
  homeward: string[] // numbers of passes
  keys: string[] // of before, base64: their codes count
}

// What the server answers: the text of a list, and who signed it; which key handed on to which; which counts no more.
export interface Signed { text: string; signature: string; key: string; handed?: { by: string; key: string; signature: string }[] | undefined; ended?: { key: string; signature: string }[] | undefined }

// Which keys this device believes, the one in use first. The first was taken from our own server over TLS; another was handed
// on to by the one before it, named in a list, or accepted by a person. asked is a key that waits for that. Of those in ended no
// code counts.
export interface Trust { keys: string[]; asked?: string; ended?: string[] }

// What the device keeps: the list as it was signed, and its own clock beside the server's.
export interface Kept {
  answer: Signed
  list: GateList
  keys: string[] // base64: pinned
  ended?: string[] // of them, or of others: their codes count no more
  fetchedAt: number // by the clock of the device
  seen: number // what that clock showed last
  serverAt: number // the latest moment that the server ever showed
  drift: number // how far that clock has moved since it was compared, beyond what the running page accounts for
}

// readSigned is the list of an answer whose signature fits its own key; whether that key is believed is another matter.
function readSigned(a: Signed): GateList | undefined {
  try {
    if (!signedBy('gate list', new TextEncoder().encode(a.text), unbase64(a.signature), unbase64(a.key))) return undefined
    return { points: [], incidents: [], drills: [], homeward: [], keys: [], ...(JSON.parse(a.text) as Partial<GateList>) } as GateList
  } catch {
    return undefined
  }
}

// older says whether a list is of an earlier number, or of the same number and an earlier moment.
function older(list: GateList, than: GateList): boolean {
  return list.no < than.no || (list.no === than.no && Date.parse(list.at) < Date.parse(than.at))
}

// most is how many keys a device keeps.
const most = 8

export interface Taken { kept?: Kept | undefined; trust: Trust; refused?: 'signature' | 'older' | 'new_key' }

// A key says itself that it counts no more: who has copied it can do no worse with that.
function endedOf(trust: Trust, answer: Signed): string[] {
  const said = (answer.ended ?? []).filter((e) => signedBy('pass key ended', unbase64(e.key), unbase64(e.signature), unbase64(e.key))).map((e) => e.key)
  return [...new Set([...(trust.ended ?? []), ...said])]
}

// followed is the key that a pinned one has handed on to, over as many as came between; one that is ended hands on to none.
function followed(pinned: string, answer: Signed, ended: string[]): string {
  let key = pinned
  for (const seen = new Set<string>(); !seen.has(key) && !ended.includes(key);) {
    seen.add(key)
    const next = answer.handed?.find((h) => h.by === key && signedBy('pass key handed on', unbase64(h.key), unbase64(h.signature), unbase64(h.by)))
    if (!next) return key
    key = next.key
  }
  return key
}

// accept takes an answer of the server, unless its signature does not fit, its key is not the pinned one or one that this handed on
// to, or it is older than what is kept. The very first key is pinned; the caller vouches for the connection.
export function accept(kept: Kept | undefined, trust: Trust, answer: Signed, now: number): Taken {
  const list = readSigned(answer)
  if (!list) return { kept, trust, refused: 'signature' }
  const over = endedOf(trust, answer)
  const ended = over.length ? { ended: over } : {}
  if (over.includes(answer.key)) return { kept: kept && { ...kept, ...ended }, trust: { ...trust, ...ended }, refused: 'signature' }
  const pinned = trust.keys[0] ? followed(trust.keys[0], answer, over) : answer.key
  if (answer.key !== pinned) return { kept: kept && { ...kept, ...ended }, trust: { ...trust, ...ended, asked: answer.key }, refused: 'new_key' }
  const believed = { keys: [...new Set([pinned, ...list.keys, ...trust.keys])].slice(0, most), ...ended }
  const at = Date.parse(list.at)
  if (kept && older(list, kept.list)) return { kept: { ...kept, ...ended }, trust: believed, refused: 'older' }
  return { kept: { answer, list, ...believed, fetchedAt: now, seen: now, serverAt: Math.max(kept?.serverAt ?? 0, at), drift: 0 }, trust: believed }
}

// believe pins the key that waits, because a person compared it. Codes signed with the keys before stay readable.
export function believe(trust: Trust): Trust {
  return trust.asked ? { keys: [trust.asked, ...trust.keys.filter((k) => k !== trust.asked)].slice(0, most), ...(trust.ended ? { ended: trust.ended } : {}) } : trust
}

// fingerprint is a key as the papers of passes print it.
export function fingerprint(key: string): string {
  return hex(sha256(unbase64(key)).slice(0, 8))
}

// restored is what storage gave back: verified anew, and nothing when it was not signed with a pinned key. How long the page
// was closed nobody can tell, so that time counts as movement of the clock.
export function restored(stored: unknown, trust: Trust, now: number): Kept | undefined {
  const k = stored as Partial<Kept> | null | undefined
  if (!k?.answer || !trust.keys.includes(k.answer.key)) return undefined
  const list = readSigned(k.answer)
  const { fetchedAt, seen, serverAt, drift } = k
  if (!list || ![fetchedAt, seen, serverAt, drift].every((n) => typeof n === 'number' && Number.isFinite(n))) return undefined
  return { answer: k.answer, list, keys: trust.keys, ...(trust.ended ? { ended: trust.ended } : {}), fetchedAt: fetchedAt!, seen: now, serverAt: Math.max(serverAt!, Date.parse(list.at)), drift: drift! + now - seen! }
}

// newest is what a page goes by when another page of this device may have kept a newer list: the page that knows less never writes
// over it.
export function newest(kept: Kept, stored: unknown, trust: Trust, now: number): Kept {
  const there = (stored as Partial<Kept> | null | undefined)?.list
  if (!there || typeof there.no !== 'number' || !older(kept.list, there)) return kept
  const other = restored(stored, trust, now)
  return other && older(kept.list, other.list) ? other : kept
}

// passed notes that the page has run for some time by a clock that cannot be set.
export function passed(kept: Kept, now: number, ran: number): void {
  kept.drift += now - kept.seen - ran
  kept.seen = now
}

// Why the clock of the device cannot be right: it differed when the list came; it shows less than the server once did; it
// has moved by itself, because somebody set it or because the device slept, which nobody can tell apart without network.
export type ClockFault = 'differed' | 'behind' | 'moved'
export function clockFault(kept: Kept, now: number): ClockFault | undefined {
  const most = kept.list.skew * 60_000
  if (Math.abs(kept.fetchedAt - Date.parse(kept.list.at)) > most) return 'differed'
  if (now < kept.serverAt - most) return 'behind'
  return Math.abs(kept.drift) > most ? 'moved' : undefined
}

export function ageMinutes(kept: Kept, now: number): number {
  return Math.max(0, Math.floor((now - Date.parse(kept.list.at)) / 60_000))
}
