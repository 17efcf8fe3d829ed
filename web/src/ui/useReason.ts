import { useI18n } from 'vue-i18n'

// Why something is so: as a person wrote it, or where the system said it in the language of the reader. What a newer server knows
// beyond these stays as it is on record.
export function useReason() {
  const { t, te } = useI18n()
  return (cause: string | undefined, written: string | undefined) => (cause && te(`cause.${cause}`) ? t(`cause.${cause}`) : (written ?? ''))
}
