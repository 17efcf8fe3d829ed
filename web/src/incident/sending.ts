import { computed, reactive, ref } from 'vue'
import { ApiError } from '../api/http'
import { attachScan, type Prepared, type ScanFile, type Scanned } from './scans'

// A file on its way to a decision or instruction that already stands. Refused is what will never be taken as it is.
export interface Sending extends ScanFile {
  to: Scanned
  part: number // of it that has gone, 0 to 1
  state: 'waits' | 'sent' | 'refused'
  wrong?: Exclude<Prepared, { content: Blob }>['wrong']
  fault?: ApiError
}

// What another try may mend: no line, a session that ended, too much at once, a server in trouble.
const passes = (e: ApiError) => e.offline || e.status === 401 || e.status === 429 || e.status >= 500

// makeSending sends files one after another, each once: after a lost line the same file goes under the same id.
export function makeSending(attach: typeof attachScan = attachScan) {
  const items = ref<Sending[]>([])
  const busy = ref(false)
  const lost = ref<ApiError>()
  const waiting = computed(() => items.value.filter((f) => f.state === 'waits').length)
  const refused = computed(() => items.value.filter((f) => f.state === 'refused'))

  function put(to: Scanned, files: ScanFile[]): Promise<void> {
    items.value.push(...files.map((f): Sending => reactive({ ...f, to, part: 0, state: 'waits' })))
    return send()
  }
  async function one(f: Sending): Promise<void> {
    const got = await f.ready
    if ('wrong' in got) {
      f.wrong = got.wrong
      f.state = 'refused'
      return
    }
    await attach(f.to, f.id, got.content, (part) => (f.part = part))
    f.state = 'sent'
  }
  async function send(): Promise<void> {
    if (busy.value) return
    busy.value = true
    lost.value = undefined
    try {
      for (let f = next(); f; f = next()) {
        try {
          await one(f)
        } catch (e) {
          const fault = e instanceof ApiError ? e : new ApiError(0, {})
          f.part = 0
          if (passes(fault)) {
            lost.value = fault
            return
          }
          f.fault = fault
          f.state = 'refused'
        }
      }
      items.value = refused.value
    } finally {
      busy.value = false
    }
  }
  const next = () => items.value.find((f) => f.state === 'waits')
  function forget(): void {
    items.value = []
    lost.value = undefined
  }
  return { items, busy, lost, waiting, refused, put, send, forget }
}

// The files that were chosen in a form go on when the form is closed, whatever page is opened meanwhile.
export const sending = makeSending()
