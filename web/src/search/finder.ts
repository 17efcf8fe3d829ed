import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { ApiError } from '../api/http'
import type { FoundAll } from '../api/types'
import type { Kind } from './client'

export const most = 60

// Enough says whether there is something to look for, as the server does: a Chinese character, or two letters or digits.
export function enough(text: string): boolean {
  return /\p{Script=Han}|[\p{L}\p{N}][^\p{L}\p{N}]*[\p{L}\p{N}]/u.test(text)
}

export interface Answer {
  text: string // that it answers
  out: FoundAll
}

type Find = (text: string, signal: AbortSignal, kind?: Kind) => Promise<FoundAll>

// useFinder asks for what is typed once it has stood for a moment. What was found for the word before stays until the next answer
// is there; an answer to an older word never takes the place of a newer one. Nothing is remembered once the field is empty.
export function useFinder(find: Find, wait = 200) {
  const typed = ref('')
  const answer = shallowRef<Answer>()
  const trouble = shallowRef<ApiError>()
  const asking = ref(false)
  const opening = ref('') // the kind of which all are being asked for
  let timer: ReturnType<typeof setTimeout> | undefined
  let running = new AbortController()
  let turn = 0

  const word = () => [...typed.value.trim()].slice(0, most).join('')

  function drop(): number {
    clearTimeout(timer)
    timer = undefined
    running.abort()
    running = new AbortController()
    opening.value = ''
    return ++turn
  }

  async function ask(): Promise<void> {
    const text = word()
    const mine = drop()
    if (!enough(text)) return
    asking.value = true
    try {
      const out = await find(text, running.signal)
      if (mine !== turn) return
      answer.value = { text, out }
      trouble.value = undefined
    } catch (e) {
      if (mine !== turn) return
      answer.value = undefined
      trouble.value = e instanceof ApiError ? e : new ApiError(0, {})
    }
    asking.value = false
  }

  // All of one kind, in the place of the few that are shown.
  async function open(kind: Kind): Promise<void> {
    const now = answer.value
    if (!now || asking.value || opening.value) return
    opening.value = kind
    const mine = turn
    try {
      const all = (await find(now.text, running.signal, kind)).groups.find((g) => g.kind === kind)
      if (mine === turn && all) answer.value = { text: now.text, out: { ...now.out, groups: now.out.groups.map((g) => (g.kind === kind ? all : g)) } }
    } catch (e) {
      if (mine === turn) trouble.value = e instanceof ApiError ? e : new ApiError(0, {})
    }
    if (mine === turn) opening.value = ''
  }

  // What is waited for is asked at once: whoever pressed Enter does not wait for the moment to pass.
  async function now(): Promise<void> {
    if (timer) await ask()
  }

  watch(word, (text) => {
    drop()
    if (enough(text)) {
      asking.value = true
      timer = setTimeout(() => void ask(), wait)
      return
    }
    asking.value = false
    answer.value = undefined
    trouble.value = undefined
  }, { flush: 'sync' })
  onScopeDispose(drop)

  return { typed, answer, trouble, asking, opening, ask, now, open, word }
}
