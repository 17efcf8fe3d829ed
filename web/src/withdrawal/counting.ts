// What a desk keeps on the device for counting teams out without network: the waves, and the sheets of those who are to leave.
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { DepartureSheet, Withdrawals } from '../api/types'
import { useDesk } from '../reception/desk'
import { keptList, localShelf } from '../ui/shelf'
import { readLeavers, readWithdrawals } from './client'
import type { Count } from './count'

const teams = 8 // whose unfinished counts a device keeps

interface Kept { account: string; incident: string; name: string; at: number; all: Withdrawals; sheets: DepartureSheet[] }

export const useCounting = defineStore('counting', () => {
  const desk = useDesk()
  const held = ref<Kept | undefined>(localShelf.read<Kept>('ly.withdrawal.kept'))
  const kept = computed(() => (held.value && held.value.account === desk.account ? held.value : undefined))
  const waiting = computed(() => new Set(desk.mine.filter((q) => q.leaves && q.party).map((q) => q.party!)))

  function keep(next: Kept): void {
    held.value = next
    localShelf.write('ly.withdrawal.kept', next)
  }

  // read sends what waits first, so that what is read then has it. Whoever does not count keeps no names, and the rows of
  // a figure are no list to count by.
  async function read(incident: string, name: string, of: { figure?: string }): Promise<Withdrawals> {
    try {
      await desk.send()
      const all = await readWithdrawals(incident, of)
      if (of.figure) return all
      keep({ account: desk.account, incident, name, at: Date.now(), all, sheets: all.counts ? await readLeavers(incident) : [] })
      return all
    } catch (e) {
      await desk.send(e)
      throw e
    }
  }
  // A count that is not finished is kept too: of twenty people ticked off none is to be asked for again because the page was
  // closed. It is of one order to leave: for another the team is counted anew.
  type Begun = { account: string; party: string; wave: string; count: Count }
  const begun = keptList<Begun>(localShelf, 'ly.withdrawal.begun')
  const begunOf = (s: DepartureSheet) => begun.list.value.find((b) => b.account === desk.account && b.party === s.id && b.wave === (s.wave?.id ?? ''))?.count
  function begin(s: DepartureSheet, count: Count | undefined): void {
    const rest = (now: Begun[]) => now.filter((b) => b.account !== desk.account || b.party !== s.id)
    begun.change((now) => [...rest(now), ...(count ? [{ account: desk.account, party: s.id, wave: s.wave?.id ?? '', count }] : [])].slice(-teams))
  }
  const sheetOf = (party: string) => kept.value?.sheets.find((s) => s.id === party)
  return { kept, waiting, read, sheetOf, begunOf, begin }
})
