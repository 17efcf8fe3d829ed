import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { useSession } from '../access/session'
import type { IncidentDetail, Me } from '../api/types'
import { useChosen } from '../incident/chosen'
import { useGo } from './useGo'

const api = vi.hoisted(() => ({ listIncidents: vi.fn(), readIncident: vi.fn() }))
const push = vi.hoisted(() => vi.fn())
vi.mock('../incident/client', () => api)
vi.mock('vue-router', () => ({ useRouter: () => ({ push }) }))

const incident = (id: string, state: string) => ({ id, state, drill: false, createdAt: '2026-06-18T02:00:00Z' }) as IncidentDetail
const me = { account: { id: 'a' }, grants: [], verbs: ['incident.see'] } as unknown as Me

describe('opening what waits', () => {
  beforeEach(async () => {
    setActivePinia(createPinia())
    vi.clearAllMocks()
    api.listIncidents.mockResolvedValue([incident('runs', 'active'), incident('other', 'active')])
    useSession().me = me
    const chosen = useChosen()
    await vi.waitFor(() => expect(chosen.known).toBe(true))
  })

  it('turns to the incident that it belongs to', async () => {
    await useGo()('/missions', 'other')
    expect([useChosen().id, api.readIncident.mock.calls.length]).toEqual(['other', 0])
    expect(push).toHaveBeenCalledWith('/missions')
  })
  it('turns to one that is closed and stands in no list', async () => {
    api.readIncident.mockResolvedValue(incident('over', 'closed'))
    await useGo()('/withdrawal', 'over')
    expect(useChosen().id).toBe('over')
    expect(push).toHaveBeenCalledWith('/withdrawal')
  })
  it('opens the page all the same when the incident cannot be read', async () => {
    api.readIncident.mockRejectedValue(new Error('gone'))
    await useGo()('/withdrawal', 'over')
    expect(push).toHaveBeenCalledWith('/withdrawal')
  })
})
