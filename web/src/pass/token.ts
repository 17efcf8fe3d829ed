// Reads the code of a pass and checks its signature, in the page: a gate has no network. The layout is that of the
// server (domain/pass/token.go); vectors.json holds both to the same codes.
import { ed25519 } from '@noble/curves/ed25519.js'
import { sha256 } from '@noble/hashes/sha2.js'

export const colours = ['blue', 'yellow', 'black', 'white', 'gradient_green', 'yellow_green', 'blue_white', 'other'] as const
export const kinds = ['command', 'equipment', 'personnel', 'ambulance', 'boat_trailer', 'supply', 'other'] as const

export interface Token {
  number: string
  plate: string
  colour: string
  kind: string
  outFrom: number // milliseconds
  outTo: number
  backFrom: number
  backTo: number
  destination: string
  incident: string
  to: string // name of the destination; '' in layout 1
  issuer: string // in whose name it is issued; '' in layout 1
  drill: boolean // layout 1 did not say it
}

// none: not a code of ours · version: of a later layout · key: signed with a key we do not have · signature: forged.
export type Trouble = 'none' | 'version' | 'key' | 'signature'
export type Opened = { token: Token } | { trouble: Trouble }

const prefix = 'LYTX:'
const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
const text = new TextEncoder()
const utf8 = new TextDecoder('utf-8', { fatal: true })

export function unbase45(s: string): Uint8Array | undefined {
  if (s.length % 3 === 1) return undefined
  const out: number[] = []
  for (let i = 0; i < s.length; i += 3) {
    const part = s.slice(i, i + 3)
    let n = 0
    for (let k = part.length - 1; k >= 0; k--) {
      const v = letters.indexOf(part[k]!)
      if (v < 0) return undefined
      n = n * 45 + v
    }
    if (part.length === 3) {
      if (n > 0xffff) return undefined
      out.push(n >> 8, n & 0xff)
    } else {
      if (n > 0xff) return undefined
      out.push(n)
    }
  }
  return Uint8Array.from(out)
}

export function unbase64(s: string): Uint8Array {
  return Uint8Array.from(atob(s), (c) => c.charCodeAt(0))
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.length + b.length)
  out.set(a)
  out.set(b, a.length)
  return out
}

// One domain for each thing that is signed, so that a list can never be taken for a pass.
export function signedBy(domain: 'pass' | 'gate list' | 'pass key handed on' | 'pass key ended', said: Uint8Array, signature: Uint8Array, key: Uint8Array): boolean {
  try {
    return ed25519.verify(signature, joined(text.encode(`lianyuan ${domain}\0`), said), key)
  } catch {
    return false // not 64 bytes, or no key at all
  }
}

const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((x, i) => x === b[i])

// Layout 2 is that of new codes; passes of layout 1 are read as long as they are in force. Ed25519 is the one algorithm.
const known = (raw: Uint8Array) => (raw[0] === 1 || raw[0] === 2) && raw[1] === 1

export function openCode(code: string, keys: Uint8Array[]): Opened {
  const s = code.trim()
  const raw = s.startsWith(prefix) ? unbase45(s.slice(prefix.length)) : undefined
  if (!raw || raw.length < 74) return { trouble: 'none' }
  if (!known(raw)) return { trouble: 'version' }
  const said = raw.slice(0, -64)
  const key = keys.find((k) => same(sha256(k).slice(0, 8), raw.slice(2, 10)))
  if (!key) return { trouble: 'key' }
  if (!signedBy('pass', said, raw.slice(-64), key)) return { trouble: 'signature' }
  const token = unpack(said.slice(10), raw[0]!)
  return token ? { token } : { trouble: 'none' }
}

// keyOfCode names the key of a code, in hexadecimal as papers print it; '' when it is none of ours.
export function keyOfCode(code: string): string {
  const s = code.trim()
  const raw = s.startsWith(prefix) ? unbase45(s.slice(prefix.length)) : undefined
  return raw && raw.length >= 74 && known(raw) ? hex(raw.slice(2, 10)) : ''
}

export const hex = (b: Uint8Array) => Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('')

// plateOfCode is the plate that a code names, its signature unchecked: to look something up by, never to let somebody in.
export function plateOfCode(code: string): string {
  const s = code.trim()
  const raw = s.startsWith(prefix) ? unbase45(s.slice(prefix.length)) : undefined
  return raw && raw.length >= 74 && known(raw) ? (unpack(raw.slice(10, -64), raw[0]!)?.plate ?? '') : ''
}

function unpack(b: Uint8Array, layout: number): Token | undefined {
  const most = layout > 1 ? [48, 48, 48, 48, 96, 96] : [48, 48, 48, 48]
  const words: string[] = []
  let at = 0
  for (const max of most) {
    const n = b[at] ?? 0
    if (!n || n > max || b.length < at + 1 + n) return undefined
    try {
      words.push(utf8.decode(b.slice(at + 1, at + 1 + n)))
    } catch {
      return undefined
    }
    at += 1 + n
  }
  const colour = colours[b[at] ?? 255]
  const kind = kinds[b[at + 1] ?? 255]
  at += 2
  const flags = layout > 1 ? (b[at++] ?? 255) : 0
  if (b.length !== at + 16 || !colour || !kind || flags > 1) return undefined
  const view = new DataView(b.buffer, b.byteOffset + at)
  const when = (i: number) => view.getUint32(4 * i) * 1000
  const [number = '', plate = '', destination = '', incident = '', to = '', issuer = ''] = words
  return { number, plate, colour, kind, outFrom: when(0), outTo: when(1), backFrom: when(2), backTo: when(3), destination, incident, to, issuer, drill: flags === 1 }
}
