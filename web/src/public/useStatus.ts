import { onBeforeUnmount, ref } from 'vue'
import { ApiError } from '../api/http'
import type { ReceiptStatus } from '../api/types'
import { readReceipt } from './client'
import { recall, remember } from './memory'
import { formatReceipt, receiptFault, tidyReceipt } from './receipt'

const pollMs = 20_000

// The receipt lives in the fragment or in this tab's storage, never in an address that a server would log.
function known(): string {
  const fromHash = decodeURIComponent(location.hash.slice(1))
  const code = fromHash || recall('ly.receipt', 'session') || ''
  return receiptFault(code) ? '' : tidyReceipt(code)
}

export type Trouble = '' | 'wrong' | 'tooMany' | 'failed'

export function useStatus() {
  const receipt = ref(known())
  const status = ref<ReceiptStatus>()
  const seenAt = ref(0)
  const stale = ref(false)
  const looking = ref(false)
  const trouble = ref<Trouble>('')
  let timer: ReturnType<typeof setTimeout> | undefined

  async function look(code = receipt.value) {
    clearTimeout(timer)
    if (!code) return
    looking.value = true
    try {
      status.value = await readReceipt(formatReceipt(code))
      receipt.value = tidyReceipt(code)
      remember('ly.receipt', formatReceipt(code), 'session')
      seenAt.value = Date.now()
      stale.value = false
      trouble.value = ''
    } catch (e) {
      const error = e instanceof ApiError ? e : new ApiError(0, {})
      if (status.value) stale.value = true
      else if (error.status === 429) trouble.value = 'tooMany'
      else if (error.status === 404 || error.status === 422 || error.status === 400) trouble.value = 'wrong'
      else trouble.value = 'failed'
    } finally {
      looking.value = false
      plan()
    }
  }

  function plan() {
    clearTimeout(timer)
    if (status.value && document.visibilityState === 'visible') timer = setTimeout(() => look(), pollMs)
  }

  function forget() {
    clearTimeout(timer)
    receipt.value = ''
    status.value = undefined
    trouble.value = ''
    remember('ly.receipt', null, 'session')
    remember('ly.received', null, 'session') // the form shows it no more either
    history.replaceState(null, '', location.pathname)
  }

  const seen = () => {
    if (document.visibilityState !== 'visible') return clearTimeout(timer)
    if (status.value) void look()
  }
  const back = () => void (status.value && look())
  document.addEventListener('visibilitychange', seen)
  window.addEventListener('online', back)
  onBeforeUnmount(() => {
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', seen)
    window.removeEventListener('online', back)
  })
  if (receipt.value) void look()

  return { receipt, status, seenAt, stale, looking, trouble, look, forget }
}
