import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { ApiError } from '../api/http'
import type { LifeState, Lifecycles, Me } from '../api/types'
import { homeOf } from '../app/pages'
import { forgetRead, localShelf } from '../ui/shelf'
import { readLifecycles, signIn, signOut, whoAmI } from './client'

const tables = 'ly.lifecycles'

export const useSession = defineStore('session', () => {
  const me = ref<Me>()
  const known = ref(false) // whether the server has been asked yet
  const unreachable = ref(false)
  const lifecycles = ref<Lifecycles>()

  const roles = computed(() => new Set((me.value?.grants ?? []).map((g) => g.role)))
  const home = computed(() => homeOf(me.value?.verbs ?? []))

  async function ask(): Promise<void> {
    // What is known stays until the answer is there: a page that was opened without network is not taken away while it asks.
    try {
      me.value = await whoAmI()
      unreachable.value = false
      await readTables()
    } catch (e) {
      unreachable.value = e instanceof ApiError && e.offline
      me.value = undefined
      if (unreachable.value) lifecycles.value ??= localShelf.read<Lifecycles>(tables)
    } finally {
      known.value = true
    }
  }

  // The words and shapes of states come from the server's tables. The device keeps them for the pages that open without network;
  // without any, pages fall back to the bare key.
  async function readTables(): Promise<void> {
    try {
      lifecycles.value = await readLifecycles()
      localShelf.write(tables, lifecycles.value)
    } catch {
      lifecycles.value ??= localShelf.read<Lifecycles>(tables)
    }
  }

  async function enter(body: { login: string; password: string; code?: string }): Promise<void> {
    me.value = await signIn(body)
    known.value = true
    await readTables()
  }

  async function leave(): Promise<void> {
    try {
      await signOut()
    } finally {
      me.value = undefined
      forgetRead()
    }
  }

  function forget(): void {
    me.value = undefined
  }

  function stateOf(of: Exclude<keyof Lifecycles, 'outcomes'>, ...keys: (string | undefined)[]): LifeState | undefined {
    const tables = lifecycles.value
    const states = [...(of === 'report' ? (tables?.outcomes ?? []) : []), ...(tables?.[of]?.states ?? [])]
    for (const k of keys) {
      const hit = k && states.find((s) => s.key === k)
      if (hit) return hit
    }
    return undefined
  }

  function isMe(who: string): boolean {
    return who === me.value?.account.name || who === me.value?.account.id
  }

  function may(verb: string): boolean {
    return !!me.value?.verbs.includes(verb)
  }

  return { me, known, isMe, may, unreachable, lifecycles, roles, home, ask, enter, leave, forget, stateOf }
})
