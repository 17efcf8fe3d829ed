import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { ApiError } from '../api/http'
import { useSession } from '../access/session'
import type { Me, Notice } from '../api/types'
import { counts, onPages, short, useInbox } from './inbox'

const api = vi.hoisted(() => ({ readTodo: vi.fn(), readNotices: vi.fn(), markRead: vi.fn() }))
vi.mock('./client', () => api)

const notice = (id: string, read = false): Notice => ({ id, kind: 'offer_ordered', text: id, textEn: id, page: '/myoffers', urgent: true, drill: false, read, at: '2026-06-18T02:00:00Z', version: 1 })
const me = { account: { id: 'a', name: '卢远航', unit: '', login: 'leader' }, grants: [], verbs: ['team.own'], place: { code: '', path: '', name: '', full: '' }, demo: false, known: true, judges: false, base: '2023-06-30', position: 0 } as Me

describe('the inbox', () => {
  beforeEach(() => {
    setActivePinia(createPinia())
    vi.clearAllMocks()
    api.readTodo.mockResolvedValue({ at: '', items: [{ key: 'order_acknowledge', count: 1, late: 0, page: '/myoffers', drill: false }], count: 1, late: 0 })
    api.readNotices.mockResolvedValue({ items: [notice('one'), notice('two', true)], unread: 1 })
    api.markRead.mockResolvedValue({ items: [notice('one', true), notice('two', true)], unread: 0 })
  })
  async function signedIn() {
    useSession().me = me
    const inbox = useInbox()
    await vi.waitFor(() => expect(inbox.notices).toBeDefined())
    return inbox
  }

  it('counts what waits and what is unread together', async () => {
    const inbox = await signedIn()
    expect([inbox.todoCount, inbox.unread, inbox.total]).toEqual([1, 1, 2])
  })
  it('opens at what waits, also while that is still on its way', async () => {
    let arrive: (got: unknown) => void = () => {}
    api.readTodo.mockReturnValue(new Promise((resolve) => (arrive = resolve)))
    const inbox = await signedIn()
    expect([inbox.unread, inbox.todos, inbox.first]).toEqual([1, undefined, 'todo'])
    arrive({ at: '', items: [], count: 0, late: 0 })
    await vi.waitFor(() => expect(inbox.todos).toEqual([]))
    expect(inbox.first).toBe('notices')
  })
  it('marks as read only what is unread, and asks nothing when there is none', async () => {
    const inbox = await signedIn()
    await inbox.read(['one', 'two', 'three'])
    expect(api.markRead).toHaveBeenCalledWith(['one'])
    await inbox.read(['one', 'two'])
    expect(api.markRead).toHaveBeenCalledTimes(1)
    expect(inbox.unread).toBe(0)
  })
  it('keeps what it showed when the server cannot be reached', async () => {
    const inbox = await signedIn()
    api.readNotices.mockRejectedValue(new ApiError(0, {}))
    api.readTodo.mockRejectedValue(new ApiError(0, {}))
    await inbox.load()
    expect(inbox.error?.offline).toBe(true)
    expect(inbox.notices).toHaveLength(2)
  })
  it('forgets what belongs to somebody else', async () => {
    const inbox = await signedIn()
    useSession().forget()
    await nextTick()
    expect(inbox.notices).toBeUndefined()
    expect(inbox.total).toBe(0)
  })
  it('does not have every leader ask again when a need is published', () => {
    expect(counts('need', false)).toBe(false)
    expect(counts('need', true)).toBe(true)
    expect(counts('offer', false)).toBe(true)
  })
  it('writes a count that fits', () => {
    expect([short(7), short(99), short(100)]).toEqual(['7', '99', '99+'])
  })
})

it('says on which page it waits, what is a drill apart from what is in earnest', () => {
  const todos = [
    { page: '/needs?state=new', count: 3, drill: false },
    { page: '/needs?late=1&incident=x', count: 2, drill: false },
    { page: '/offers', count: 4, drill: true },
  ]
  expect([onPages(todos, false), onPages(todos, true)]).toEqual([{ needs: 5 }, { offers: 4 }])
})
