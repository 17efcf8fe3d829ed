import { useI18n } from 'vue-i18n'
import type { Place } from '../api/types'

// What a place is called on a page: by its own name, in the language of its country; the whole of it, which is nobody's name, in that
// of the reader.
export function useNamed() {
  const { t } = useI18n()
  const name = (p: Pick<Place, 'path' | 'name'>) => (p.path === '/' ? t('place.nation') : p.name)
  const full = (p: Pick<Place, 'path' | 'name' | 'full'>) => (p.path === '/' ? t('place.nation') : p.full || p.name)
  return { name, full }
}
