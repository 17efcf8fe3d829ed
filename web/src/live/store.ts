import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { setServerNow, whenUnread } from '../api/http'
import { connectLive, type LiveConnection } from './connect'
import { reconnectDelay } from './link'
import type { Change, Gone, LinkState, LiveMessage } from './messages'

export interface LiveListener {
  change?: (c: Change) => void
  gone?: (g: Gone) => void
  resync?: () => void
}

const bufferLimit = 500
const calmMs = 60_000 // after it, what could not be read is a new trouble

// useLive hands changes to the pages. A hidden page keeps quiet: it collects, and catches up when it is looked at.
export const useLive = defineStore('live', () => {
  const state = ref<LinkState>('connecting')
  const since = ref(Date.now())
  const listeners = new Set<LiveListener>()
  let connection: LiveConnection | undefined
  let waiting: LiveMessage[] = []
  let overflow = false
  let ended: () => void = () => undefined
  // What could not be read while the network or the server was away.
  let owed = false
  let tries = 0
  let lastTry = 0
  let trying: ReturnType<typeof setTimeout> | undefined

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
      readOwed()
    } else if (m.type === 'bye') {
      if (['revoked', 'expired', 'signed_out'].includes(m.reason)) ended()
    } else if (document.visibilityState === 'hidden') {
      if (waiting.length < bufferLimit) waiting.push(m)
      else overflow = true
    } else deliver(m)
  }

  // The stream tells what changes, and not that a reading of before has failed: pages would show what was until the next
  // change. So they read anew once the stream is live, soon at first, then at longer and longer intervals.
  function readOwed() {
    if (!owed || trying !== undefined || state.value !== 'live') return
    if (Date.now() - lastTry > calmMs) tries = 0
    trying = setTimeout(() => {
      trying = undefined
      owed = false
      lastTry = Date.now()
      take({ type: 'resync' })
    }, reconnectDelay(++tries, Math.random))
  }
  function owe() {
    owed = true
    readOwed()
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

  function open(from: number, whenEnded: () => void) {
    if (connection) return
    ended = whenEnded
    connection = connectLive(take, from)
    whenUnread(owe)
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
    clearTimeout(trying)
    trying = undefined
    owed = false
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
