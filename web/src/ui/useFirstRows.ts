import { computed, ref, watch, type Ref } from 'vue'

// A list whose rows have no one height shows so many, more on demand, and always the one that is selected: two thousand
// rows at once make a page that answers late.
export function useFirstRows<T extends { id: string }>(rows: () => T[], selected: Ref<string>, of: () => unknown, step = 200) {
  const most = ref(step)
  watch(of, () => (most.value = step))
  const to = computed(() => Math.max(most.value, rows().findIndex((r) => r.id === selected.value) + 1))
  const shown = computed(() => rows().slice(0, to.value))
  const next = computed(() => Math.min(step, rows().length - shown.value.length))
  const more = () => (most.value = to.value + step)
  return { shown, next, more }
}
