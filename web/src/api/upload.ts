import { ApiError, apiLocale, faultOf } from './http'

// How long nothing may move before the line counts as lost; and how long the answer may take when all has been sent.
const stillMs = 20_000
const answerMs = 60_000

// putBytes sends a file and says how much of it has gone. A large file over a poor line may take long as long as it moves.
export function putBytes(path: string, content: Blob, progress: (part: number) => void): Promise<void> {
  return new Promise((done, fail) => {
    const x = new XMLHttpRequest()
    let timer = 0
    const wait = (ms: number) => {
      window.clearTimeout(timer)
      timer = window.setTimeout(() => x.abort(), ms)
    }
    const lost = () => {
      window.clearTimeout(timer)
      fail(new ApiError(0, {}))
    }
    x.upload.onprogress = (e) => {
      wait(stillMs)
      if (e.lengthComputable && e.total) progress(e.loaded / e.total)
    }
    x.upload.onload = () => wait(answerMs)
    x.onerror = x.onabort = lost
    x.onload = () => {
      window.clearTimeout(timer)
      if (x.status >= 200 && x.status < 300) done()
      else fail(faultOf(x.status, said(x.responseText), x.getResponseHeader('Retry-After')))
    }
    x.open('PUT', path)
    x.setRequestHeader('Content-Type', content.type)
    x.setRequestHeader('Accept-Language', apiLocale())
    wait(stillMs)
    x.send(content)
  })
}

// A proxy's own page is no answer of ours.
function said(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
