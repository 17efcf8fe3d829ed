import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { setServerNow } from '../api/http'
import { connectLive, type LiveConnection } from './connect'
import type { Change, Gone, LinkState, LiveMessage } from './messages'

export interface LiveListener {
  change?: (c: Change) => void
  gone?: (g: Gone) => void
  resync?: () => void
}

const bufferLimit = 500

// useLive hands changes to the pages. A hidden page keeps quiet: it collects, and catches up when it is looked at.
export const useLive = defineStore('live', () => {
  const state = ref<LinkState>('connecting')
  const since = ref(Date.now())
  const listeners = new Set<LiveListener>()
  let connection: LiveConnection | undefined
  let waiting: LiveMessage[] = []
  let overflow = false
  let ended: () => void = () => undefined

  function deliver(m: LiveMessage) {
    for (const l of listeners) {
      if (m.type === 'change') l.change?.(m.change)
      else if (m.type === 'gone') l.gone?.(m.gone)
      else if (m.type === 'resync') l.resync?.()
    }
  }

  function take(m: LiveMessage) {
    if (m.type === 'state') {
      state.value = m.state
      since.value = m.since
      if (m.serverNow && m.state === 'live' && Date.now() - m.since < 2000) setServerNow(m.serverNow)
      if (m.state === 'signed_out') ended()
    } else if (m.type === 'bye') {
      if (['revoked', 'expired', 'signed_out'].includes(m.reason)) ended()
    } else if (document.visibilityState === 'hidden') {
      if (waiting.length < bufferLimit) waiting.push(m)
      else overflow = true
    } else deliver(m)
  }

  function seen() {
    if (document.visibilityState === 'hidden') return
    const late = waiting
    waiting = []
    if (overflow) {
      overflow = false
      deliver({ type: 'resync' })
    } else late.forEach(deliver)
    if (state.value === 'down') connection?.retry()
  }

  function open(whenEnded: () => void) {
    if (connection) return
    ended = whenEnded
    connection = connectLive(take)
    document.addEventListener('visibilitychange', seen)
    window.addEventListener('online', retry)
    window.addEventListener('offline', doubt)
  }

  function retry() {
    connection?.retry()
  }

  // Without it a page would believe in its stream until the silence has lasted.
  function doubt() {
    connection?.doubt()
  }

  function close() {
    connection?.close()
    connection = undefined
    waiting = []
    state.value = 'connecting'
    document.removeEventListener('visibilitychange', seen)
    window.removeEventListener('online', retry)
    window.removeEventListener('offline', doubt)
  }

  function listen(l: LiveListener): () => void {
    listeners.add(l)
    return () => void listeners.delete(l)
  }

  return { state, since, down: computed(() => state.value === 'down'), open, close, retry, listen }
})
