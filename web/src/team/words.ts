import { useI18n } from 'vue-i18n'
import { useSession } from '../access/session'
import type { TeamRow } from '../api/types'
import { forceName, unitCount } from '../need/words'

export const kinds = ['social_group', 'non_enterprise', 'foundation', 'mass_org', 'enterprise', 'volunteer', 'other'] as const
export const levels = ['county', 'city', 'province', 'nation'] as const
export const legals = ['never_registered', 'preparing', 'applied', 'registered', 'suspended', 'deregistered'] as const
export const posts = ['command', 'search', 'boat', 'diving', 'rope', 'medical', 'communication', 'logistics', 'driver', 'other'] as const
export const papers = ['resident_id', 'residence_permit', 'passport', 'permanent_residence', 'other'] as const
export const colours = ['blue', 'yellow', 'black', 'white', 'gradient_green', 'yellow_green', 'blue_white', 'other'] as const
export const vehicleKinds = ['command', 'equipment', 'personnel', 'ambulance', 'boat_trailer', 'supply', 'other'] as const

// Words of a team that several pages need.
export function useTeamWords() {
  const { t, te, locale } = useI18n()
  const session = useSession()

  function chip(of: 'legal' | 'member' | 'vehicle', key: string): { kind: string; label: string } {
    const s = session.stateOf(of, key)
    return s ? { kind: s.kind, label: locale.value === 'en' ? s.labelEn : s.label } : { kind: 'todo', label: key }
  }
  function move(verb: string): string {
    const m = session.lifecycles?.legal.moves.find((x) => x.verb === verb)
    return m ? (locale.value === 'en' ? m.labelEn : m.label) : verb
  }
  function needs(verb: string): string[] {
    return session.lifecycles?.legal.moves.find((x) => x.verb === verb)?.needs ?? []
  }
  function skills(row: Pick<TeamRow, 'skills'>): string {
    return row.skills.map((s) => forceName(s.key) + (s.grade ? ' ' + t('teams.grade', { n: s.grade }) : '')).join(' · ')
  }
  function works(row: Pick<TeamRow, 'equipment'>): string {
    return row.equipment.map((e) => forceName(e.key) + ' ' + unitCount(e.key, e.count)).join(t('comma'))
  }
  function far(metres: number): string {
    if (metres < 0) return ''
    return metres < 1000 ? t('team.metres', { n: Math.max(10, Math.round(metres / 10) * 10) }) : t('team.km', { n: metres < 10_000 ? (metres / 1000).toFixed(1) : Math.round(metres / 1000) })
  }
  // A line of the history: team.legal_register is named as its move is.
  function told(verb: string): string {
    const key = verb.replace(/^team\./, '')
    if (key.startsWith('legal_')) return move(key.slice('legal_'.length))
    return te(`teamVerb.${key}`) ? t(`teamVerb.${key}`) : key
  }
  return { chip, move, needs, skills, works, far, told }
}
