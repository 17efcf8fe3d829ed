import { createPinia, setActivePinia } from 'pinia'
import { describe, expect, it, vi } from 'vitest'
import { ApiError } from '../api/http'
import { useSession } from './session'

const api = vi.hoisted(() => ({ whoAmI: vi.fn(), readLifecycles: vi.fn(), signOut: vi.fn() }))
vi.mock('./client', () => api)

describe('who uses the page', () => {
  it('stays out of reach while it is asked again without network, so that the page that is open stays', async () => {
    setActivePinia(createPinia())
    const session = useSession()
    api.whoAmI.mockRejectedValueOnce(new ApiError(0, {}))
    await session.ask()
    let fail: (e: ApiError) => void = () => undefined
    api.whoAmI.mockReturnValueOnce(new Promise((_, no) => (fail = no)))
    const asked = session.ask()
    expect(session.unreachable).toBe(true)
    fail(new ApiError(0, {}))
    await asked
    expect(session.unreachable).toBe(true)
    api.whoAmI.mockRejectedValueOnce(new ApiError(401, { code: 'signed_out' }))
    await session.ask()
    expect(session.unreachable).toBe(false)
  })

  it('finds the words of states again without network', async () => {
    const tables = { party: { states: [{ key: 'leaving', label: '待撤离', labelEn: 'leaving', kind: 'todo' }], moves: [] }, outcomes: [] }
    setActivePinia(createPinia())
    api.whoAmI.mockResolvedValueOnce({ account: { id: 'a' }, grants: [], verbs: [] })
    api.readLifecycles.mockResolvedValueOnce(tables)
    await useSession().ask()
    setActivePinia(createPinia())
    api.whoAmI.mockRejectedValueOnce(new ApiError(0, {}))
    await useSession().ask()
    expect(useSession().stateOf('party', 'leaving')?.label).toBe('待撤离')
  })

  it('leaves to the next person what waits to be sent, and nothing that was read, also where signing out reaches nobody', async () => {
    const read = ['ly.mission.kept', 'ly.mysite.kept', 'ly.mywithdrawal.kept', 'ly.desk.kept', 'ly.desk.account', 'ly.withdrawal.kept']
    const stays = ['ly.mission.queue', 'ly.desk.queue', 'ly.withdrawal.begun', 'ly.gate.list', 'ly.lang', 'ly.receipt']
    for (const key of [...read, ...stays]) localStorage.setItem(key, '{}')
    setActivePinia(createPinia())
    api.signOut.mockRejectedValueOnce(new ApiError(0, {}))
    await useSession().leave().catch(() => undefined)
    expect(Object.keys(localStorage).filter((key) => read.includes(key))).toEqual([])
    expect(Object.keys(localStorage).filter((key) => stays.includes(key)).sort()).toEqual([...stays].sort())
  })
})
