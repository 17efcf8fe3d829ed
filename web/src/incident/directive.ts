import { useI18n } from 'vue-i18n'
import type { Directive } from '../api/types'

export const halts = ['publish', 'dispatch', 'mission'] as const

// Sentences about an order of headquarters that the bar and the tab share.
export function useDirectiveWords() {
  const { t } = useI18n()
  const answered = (d: Directive) => t(d.late ? 'directive.lateAnswered' : 'directive.answered', { n: d.groups.filter((g) => g.state === 'done').length, of: d.groups.length })
  const halted = (d: Directive) => t('directive.halted', { what: d.halts.map((h) => t(`directive.halt.${h}`)).join(t('comma')) })
  return { answered, halted }
}
