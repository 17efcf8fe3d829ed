import { http, take } from '../api/http'
import { takeFile, type SavedFile } from '../api/file'
import type { Scan } from '../api/types'
import { putBytes } from '../api/upload'
import { uuidv7 } from '../api/uuid'

export const scanKinds = ['image/jpeg', 'image/png', 'application/pdf']
const large = 1 << 20
const longest = 2400
const most = 8 << 20 // what one request may carry; what a place allows less of, the server refuses

// A photo of a phone is several times larger than what can be read on it: it is drawn smaller before it is sent, which also
// leaves out where it was taken. A paper, a small picture and what a browser cannot draw go as they are.
export async function fit(file: Blob): Promise<Blob> {
  if (!file.type.startsWith('image/') || (file.size <= large && scanKinds.includes(file.type))) return file
  try {
    const picture = await createImageBitmap(file)
    const scale = Math.min(1, longest / Math.max(picture.width, picture.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(picture.width * scale)
    canvas.height = Math.round(picture.height * scale)
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
    const drawn = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', 0.85))
    return drawn && (drawn.size < file.size || !scanKinds.includes(file.type)) ? drawn : file
  } catch {
    return file
  }
}

// What a scan is the paper of: a decision of an incident or an instruction; who decided or gave it.
export type Scanned = { of: 'decision'; incident: string; decision: string; who: string } | { of: 'instruction'; instruction: string; who: string }

export async function listScans(x: Scanned): Promise<Scan[]> {
  if (x.of === 'instruction') return (await take(http.GET('/api/v1/instructions/{id}/scans', { params: { path: { id: x.instruction } } }))).items
  return (await take(http.GET('/api/v1/incidents/{id}/decisions/{decision}/scans', { params: { path: { id: x.incident, decision: x.decision } } }))).items
}

// A file that somebody chose; it is looked at and made smaller while the rest of the form is filled in.
export interface ScanFile { id: string; name: string; ready: Promise<Prepared> }
export type Prepared = { content: Blob } | { wrong: 'kind' | 'large' | 'empty' }

export function chosenFile(file: File): ScanFile {
  return { id: uuidv7(), name: file.name, ready: prepare(file) }
}

export async function prepare(file: Blob): Promise<Prepared> {
  if (!file.size) return { wrong: 'empty' }
  const content = await fit(file)
  const kind = await kindOf(content)
  // A system that names no type leaves it to the content.
  if (!kind || (content.type && content.type !== kind)) return { wrong: 'kind' }
  if (content.size > most) return { wrong: 'large' }
  return { content: content.type ? content : new Blob([content], { type: kind }) }
}

// kindOf is what a file is by its content; '' for what is no scan, or a paper that is cut off.
export async function kindOf(file: Blob): Promise<string> {
  const head = await text(file.slice(0, 8))
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (head === '\x89PNG\r\n\x1a\n') return 'image/png'
  if (head.startsWith('%PDF-') && (await text(file.slice(-1024))).includes('%%EOF')) return 'application/pdf'
  return ''
}
async function text(part: Blob): Promise<string> {
  return String.fromCharCode(...new Uint8Array(await part.arrayBuffer()))
}

// The id is the sender's: the same file sent again after a lost answer is one.
export function attachScan(x: Scanned, scan: string, content: Blob, progress: (part: number) => void): Promise<void> {
  const at = x.of === 'instruction' ? `instructions/${x.instruction}` : `incidents/${x.incident}/decisions/${x.decision}`
  return putBytes(`/api/v1/${at}/scans/${scan}`, content, progress)
}

export function readScan(x: Scanned, scan: Scan): Promise<SavedFile> {
  const got = x.of === 'instruction'
    ? http.GET('/api/v1/instructions/{id}/scans/{scan}', { params: { path: { id: x.instruction, scan: scan.id } }, parseAs: 'blob' })
    : http.GET('/api/v1/incidents/{id}/decisions/{decision}/scans/{scan}', { params: { path: { id: x.incident, decision: x.decision, scan: scan.id } }, parseAs: 'blob' })
  return takeFile(got, `${scan.id}.pdf`)
}
