import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { useSession } from '../access/session'
import type { DepartureSheet, Me } from '../api/types'
import { countOf } from './count'
import { useCounting } from './counting'

const api = vi.hoisted(() => ({ readWithdrawals: vi.fn(), readLeavers: vi.fn() }))
vi.mock('./client', async (real) => ({ ...(await real<object>()), ...api }))

const sheet = (wave: string) => ({ id: 'p', wave: { id: wave }, heads: [{ id: 'a' }, { id: 'b' }], rides: [], items: [] }) as unknown as DepartureSheet

// A page that is opened anew has nothing but what the device keeps.
function opened(account: string) {
  setActivePinia(createPinia())
  useSession().me = { account: { id: account } } as unknown as Me
  return useCounting()
}

describe('a count that is not finished', () => {
  beforeEach(() => localStorage.clear())

  it('is there when the page is opened again, for who began it and for this order to leave', () => {
    const count = countOf(sheet('w'))
    count.heads[0]!.why = 'present'
    opened('desk').begin(sheet('w'), count)
    expect(opened('desk').begunOf(sheet('w'))?.heads.map((h) => h.why)).toEqual(['present', ''])
    expect(opened('desk').begunOf(sheet('later'))).toBeUndefined()
    expect(opened('other').begunOf(sheet('w'))).toBeUndefined()
    opened('desk').begin(sheet('w'), undefined)
    expect(opened('desk').begunOf(sheet('w'))).toBeUndefined()
  })
})

describe('the page for counting out', () => {
  beforeEach(() => localStorage.clear())

  it('knows its teams without network, also on a device on which no other page of the desk was opened', async () => {
    api.readWithdrawals.mockResolvedValue({ waves: [], counts: true })
    api.readLeavers.mockResolvedValue([sheet('w')])
    await opened('desk').read('i', '暴雨洪涝', {})
    setActivePinia(createPinia())
    useSession().unreachable = true
    expect(useCounting().kept?.incident).toBe('i')
    expect(useCounting().sheetOf('p')?.wave?.id).toBe('w')
    expect(opened('other').kept).toBeUndefined()
  })
})
