// What a desk keeps on the device for counting teams out without network: the waves, and the sheets of those who are to leave.
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { DepartureSheet, Withdrawals } from '../api/types'
import { useDesk } from '../reception/desk'
import { localShelf } from '../ui/shelf'
import { readLeavers, readWithdrawals } from './client'

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
  const sheetOf = (party: string) => kept.value?.sheets.find((s) => s.id === party)
  return { kept, waiting, read, sheetOf }
})
