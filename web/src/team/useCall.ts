import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { ApiError } from '../api/http'

// One call at a time for a form: whether it is under way, and what was wrong with it.
export function useCall() {
  const { t, locale } = useI18n()
  const busy = ref(false)
  const error = ref<ApiError>()

  async function run<T>(call: () => Promise<T>): Promise<T | undefined> {
    if (busy.value) return undefined
    busy.value = true
    error.value = undefined
    try {
      return await call()
    } catch (e) {
      error.value = e instanceof ApiError ? e : new ApiError(0, {})
      return undefined
    } finally {
      busy.value = false
    }
  }
  const text = () => (error.value ? error.value.text(locale.value) || t('offline.server') : '')
  const field = (name: string) => error.value?.field(name, locale.value) ?? ''
  const clear = () => (error.value = undefined)
  return { busy, error, run, text, field, clear }
}
