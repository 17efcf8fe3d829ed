// What a reception desk keeps on the device: the points, the teams it expects with their manifests, and what waits to be sent,
// those who came and those who left in one order.
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { useSession } from '../access/session'
import { ApiError } from '../api/http'
import type { CheckIn, CheckOutIn, DepartureSheet, JoinIn, PartyDetail, ReceptionDesk } from '../api/types'
import { checkOut } from '../withdrawal/client'
import { checkIn, joinParty, readDesk } from './client'
import { localShelf } from '../ui/shelf'
import { makeQueue, type Answer, type Queued, type Sent } from './queue'

interface Kept { account: string; incident: string; name: string; desk: ReceptionDesk }
export type Trouble = '' | 'offline' | 'signed_out' | 'forbidden' | 'full' | 'other'

export const useDesk = defineStore('desk', () => {
  const session = useSession()
  const kept = ref<Kept | undefined>(localShelf.read<Kept>('ly.desk.kept'))
  const trouble = ref<Trouble>('')
  const line = makeQueue(localShelf, post)

  // Without network nobody has signed in on this page yet: it is whoever worked last on this device, on any page of the desk.
  const last = ref(localShelf.read<string>('ly.desk.account') ?? kept.value?.account ?? '')
  watch(() => session.me?.account.id, (id) => {
    if (!id) return
    last.value = id
    localShelf.write('ly.desk.account', id)
  }, { immediate: true })
  const account = computed(() => session.me?.account.id ?? (session.unreachable ? last.value : ''))
  const desk = computed(() => (kept.value && kept.value.account === account.value ? kept.value.desk : undefined))
  const mine = computed(() => line.items.value.filter((q) => q.account === account.value))
  const others = computed(() => line.items.value.length - mine.value.length)

  function troubleOf(e: unknown): Trouble {
    if (!(e instanceof ApiError)) return 'other'
    if (e.offline) return 'offline'
    return e.code === 'signed_out' || e.code === 'forbidden' ? e.code : 'other'
  }

  async function refresh(incident: string, name: string): Promise<void> {
    try {
      const got = await readDesk(incident)
      kept.value = { account: account.value, incident, name, desk: got }
      trouble.value = localShelf.write('ly.desk.kept', kept.value) ? '' : 'full'
      const stopped = await line.send(account.value)
      if (stopped) trouble.value = troubleOf(stopped)
    } catch (e) {
      trouble.value = troubleOf(e)
    }
  }

  // send sends what waits, on a page that reads something else than the desk; blocked is why that could not be read.
  async function send(blocked?: unknown): Promise<void> {
    const stopped = blocked ?? (await line.send(account.value))
    trouble.value = stopped ? troubleOf(stopped) : ''
  }

  async function fly(item: Omit<Queued, 'account'>): Promise<Answer> {
    const got = await line.put({ ...item, account: account.value })
    if ('waits' in got) trouble.value = line.full.value ? 'full' : troubleOf(got.waits)
    return got
  }
  const put = (item: Omit<Queued, 'account' | 'leaves'>) => fly(item) as Promise<Answer<PartyDetail>>
  const countOut = (party: string, item: Omit<Queued, 'account' | 'leaves' | 'party'> & { body: CheckOutIn }) => fly({ ...item, party, leaves: true }) as Promise<Answer<DepartureSheet>>

  return { kept, desk, account, trouble, mine, others, failed: line.failed, refresh, send, put, countOut, drop: line.drop }
})

function post(q: Queued): Promise<Sent> {
  if (q.party && q.leaves) return checkOut(q.party, q.body as CheckOutIn)
  return q.party ? joinParty(q.party, q.body as JoinIn) : checkIn(q.incident, q.body as CheckIn)
}

// Where this device stands: the point that was chosen last.
export function lastPoint(): string {
  return localShelf.read<string>('ly.desk.point') ?? ''
}
export function standAt(point: string): void {
  localShelf.write('ly.desk.point', point)
}
