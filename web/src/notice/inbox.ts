import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { useSession } from '../access/session'
import { ApiError } from '../api/http'
import type { Notice, Todo } from '../api/types'
import { coalesce } from '../live/coalesce'
import { useLive } from '../live/store'
import { markRead, readNotices, readTodo } from './client'

// What is counted changes with many records: it is asked for again a while after the last change, not after each.
const todoMs = 3_000
const noticeMs = 300
// Deadlines pass without any change.
const minute = 60_000

// useInbox is what waits for this person and what they were told, for the bell and every page that shows it.
export const useInbox = defineStore('inbox', () => {
  const session = useSession()
  const live = useLive()
  const todos = ref<Todo[]>()
  const todoCount = ref(0)
  const late = ref(0)
  const notices = ref<Notice[]>()
  const unread = ref(0)
  const readAt = ref(0)
  const error = shallowRef<ApiError>()
  const total = computed(() => todoCount.value + unread.value)
  // Where the bell opens: at what waits, unless it is known that nothing does and something was told. While what waits is still being
  // read, its own tab shows that it comes.
  const first = computed<'todo' | 'notices'>(() => (todos.value && !todoCount.value && unread.value ? 'notices' : 'todo'))

  function fail(e: unknown) {
    error.value = e instanceof ApiError ? e : new ApiError(0, {})
  }
  async function loadTodo(): Promise<void> {
    if (!session.me) return
    const who = session.me.account.id
    try {
      const got = await readTodo()
      if (session.me?.account.id !== who) return
      todos.value = got.items
      todoCount.value = got.count
      late.value = got.late
      readAt.value = Date.now()
      error.value = undefined
    } catch (e) {
      fail(e)
    }
  }
  async function loadNotices(): Promise<void> {
    if (!session.me) return
    const who = session.me.account.id
    try {
      const got = await readNotices()
      if (session.me?.account.id !== who) return
      notices.value = got.items
      unread.value = got.unread
      readAt.value = Date.now()
      error.value = undefined
    } catch (e) {
      fail(e)
    }
  }
  async function load(): Promise<void> {
    await Promise.all([loadTodo(), loadNotices()])
  }
  // Marks as read what stands on this page; what comes meanwhile stays unread.
  async function read(ids: string[]): Promise<void> {
    const fresh = ids.filter((id) => notices.value?.some((n) => n.id === id && !n.read))
    if (!fresh.length) return
    try {
      const got = await markRead(fresh.slice(0, 200))
      notices.value = got.items
      unread.value = got.unread
    } catch (e) {
      fail(e)
    }
  }

  const todoAgain = coalesce(loadTodo, todoMs)
  const noticesAgain = coalesce(loadNotices, noticeMs)
  live.listen({
    change: (c) => {
      if (c.kind === 'notice') noticesAgain()
      if (counts(c.kind, session.may('incident.see'))) todoAgain()
    },
    gone: todoAgain,
    resync: () => {
      noticesAgain()
      todoAgain()
    },
  })
  setInterval(() => document.visibilityState === 'visible' && todoAgain(), minute)
  watch(
    () => session.me?.account.id,
    () => {
      todos.value = undefined
      notices.value = undefined
      todoCount.value = late.value = unread.value = 0
      void load()
    },
    { immediate: true },
  )

  return { todos, todoCount, late, notices, unread, total, first, readAt, error, load, read }
})

// counts says whether a change of a kind can change what waits for a person. A need that is published reaches a thousand
// leaders at once and leaves their to-do as it was: they do not all ask again.
const ofTeams = ['offer', 'support', 'team', 'notice']
export function counts(kind: string, staff: boolean): boolean {
  return staff || ofTeams.includes(kind)
}

// onPages is how much waits on each page, by its name, in drills or in earnest.
export function onPages(todos: Pick<Todo, 'page' | 'count' | 'drill'>[], drill: boolean): Record<string, number> {
  const n: Record<string, number> = {}
  for (const x of todos) {
    const page = x.page.split(/[/?]/)[1] ?? ''
    if (x.drill === drill) n[page] = (n[page] ?? 0) + x.count
  }
  return n
}

// short is a count that fits into a badge.
export function short(n: number): string {
  return n > 99 ? '99+' : String(n)
}
