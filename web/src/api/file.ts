// Files that the server makes: they come as bytes and are saved under the name that it gave them.
import { take, type Answer } from './http'

export interface SavedFile {
  name: string
  blob: Blob
}

// The name of a Content-Disposition: the one in UTF-8 (RFC 5987) where there is one.
export function nameIn(header: string | null, otherwise: string): string {
  const whole = /filename\*=UTF-8''([^;]+)/i.exec(header ?? '')?.[1]
  if (whole) {
    try {
      return decodeURIComponent(whole)
    } catch {
      // Not what it says: the plain name stands beside it.
    }
  }
  return /filename="([^"]+)"/.exec(header ?? '')?.[1] ?? otherwise
}

export async function takeFile(call: Promise<Answer<unknown>>, otherwise: string): Promise<SavedFile> {
  const blob = (await take(call)) as Blob
  return { name: nameIn((await call).response.headers.get('Content-Disposition'), otherwise), blob }
}

export function saveFile({ name, blob }: SavedFile): void {
  const url = URL.createObjectURL(blob)
  const a = document.createElement('a')
  a.href = url
  a.download = name
  a.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
