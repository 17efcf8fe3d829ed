import { http, take } from '../api/http'
import { takeFile, type SavedFile } from '../api/file'
import type { Scan } from '../api/types'

export const scanKinds = ['image/jpeg', 'image/png', 'application/pdf']
const large = 1 << 20
const longest = 2400

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

const at = (id: string, decision: string) => ({ path: { id, decision } })

export async function listScans(incident: string, decision: string): Promise<Scan[]> {
  return (await take(http.GET('/api/v1/incidents/{id}/decisions/{decision}/scans', { params: at(incident, decision) }))).items
}

// The id is the sender's: the same file sent again after a lost answer is one.
export async function attachScan(incident: string, decision: string, scan: string, content: Blob): Promise<void> {
  await take(http.PUT('/api/v1/incidents/{id}/decisions/{decision}/scans/{scan}', {
    params: { path: { id: incident, decision, scan } as never, header: { 'Content-Type': content.type } as never },
    body: content as never,
    bodySerializer: (b) => b as unknown as Blob,
    headers: { 'Content-Type': content.type },
  }))
}

export function readScan(incident: string, decision: string, scan: Scan): Promise<SavedFile> {
  return takeFile(http.GET('/api/v1/incidents/{id}/decisions/{decision}/scans/{scan}', { params: { path: { id: incident, decision, scan: scan.id } }, parseAs: 'blob' }), `${scan.id}.pdf`)
}
