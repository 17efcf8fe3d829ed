import { describe, expect, it } from 'vitest'
import { nextTick, ref } from 'vue'
import { useFirstRows } from './useFirstRows'

const list = (n: number) => Array.from({ length: n }, (_, i) => ({ id: String(i) }))

describe('the first rows of a long list', () => {
  it('grow on demand, hold what is selected and begin anew with another list', async () => {
    const rows = ref(list(25))
    const selected = ref('')
    const of = ref('a')
    const { shown, next, more } = useFirstRows(() => rows.value, selected, () => of.value, 10)
    expect([shown.value.length, next.value]).toEqual([10, 10])
    more()
    expect([shown.value.length, next.value]).toEqual([20, 5])
    selected.value = '23'
    expect([shown.value.length, next.value]).toEqual([24, 1])
    more()
    expect([shown.value.length, next.value]).toEqual([25, 0])
    selected.value = ''
    of.value = 'b'
    await nextTick()
    expect([shown.value.length, next.value]).toEqual([10, 10])
    rows.value = list(3)
    expect([shown.value.length, next.value]).toEqual([3, 0])
  })
})
