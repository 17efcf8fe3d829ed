import { ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { ApiError } from './http'
import { uuidv7 } from './uuid'

// useCommand sends what a person has written, once: the id stays while a failed sending is tried again, and is another
// for what is written next.
export function useCommand() {
  const { t, locale } = useI18n()
  const busy = ref(false)
  const error = shallowRef<ApiError>()
  const id = ref(uuidv7())

  async function run<T>(send: (id: string) => Promise<T>): Promise<T | undefined> {
    if (busy.value) return undefined
    busy.value = true
    error.value = undefined
    try {
      const got = await send(id.value)
      id.value = uuidv7()
      return got
    } catch (e) {
      error.value = e instanceof ApiError ? e : new ApiError(0, {})
      // What was sent under this id differs from what is written now; or it was refused and will be written anew.
      if (!error.value.offline) id.value = uuidv7()
      return undefined
    } finally {
      busy.value = false
    }
  }
  function fresh(): void {
    error.value = undefined
    id.value = uuidv7()
  }
  // What was read since shows that it arrived, or that it no longer matters: nothing is unsent. The id stays, so that pressed
  // again it is one.
  function overtaken(): void {
    if (error.value?.offline) error.value = undefined
  }
  // The sentence to show; a fault that one of the fields already names needs none.
  function say(...fields: string[]): string {
    const e = error.value
    if (!e || fields.some((f) => e.field(f, locale.value))) return ''
    return e.text(locale.value) || t(e.offline ? 'offline.unsent' : 'offline.server')
  }
  function field(name: string): string {
    return error.value?.field(name, locale.value) ?? ''
  }
  return { busy, error, run, fresh, overtaken, say, field }
}
