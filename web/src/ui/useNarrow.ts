import { onBeforeUnmount, ref, type Ref } from 'vue'

// Phone width: one column, one thing at a time. Paper is narrower than a phone turned sideways, and no phone.
export function useNarrow(): Ref<boolean> {
  const query = window.matchMedia('screen and (max-width: 899px)')
  const narrow = ref(query.matches)
  const set = () => (narrow.value = query.matches)
  query.addEventListener('change', set)
  onBeforeUnmount(() => query.removeEventListener('change', set))
  return narrow
}
