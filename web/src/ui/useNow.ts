import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue'
import { serverNow } from '../api/http'

const now = ref(serverNow())
let users = 0
let timer: ReturnType<typeof setInterval> | undefined

// One clock for all ages on a page, on server time.
export function useNow(): Ref<number> {
  onMounted(() => {
    now.value = serverNow()
    if (users++ === 0) timer = setInterval(() => (now.value = serverNow()), 5_000)
  })
  onBeforeUnmount(() => {
    if (--users === 0) clearInterval(timer)
  })
  return now
}
