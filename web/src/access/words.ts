import { useI18n } from 'vue-i18n'
import { teamName } from '../team/names'
import type { HeldGrant } from '../api/types'
import { incidentName } from './incidentNames'
import { dateTime, day } from '../ui/clock'

// Sentences about grants that several pages use.
export function useGrantWords() {
  const { t, te } = useI18n()
  function role(key: string): string {
    return te(`role.${key}`) ? t(`role.${key}`) : key
  }
  function does(key: string): string {
    return te(`roleDoes.${key}`) ? t(`roleDoes.${key}`) : ''
  }
  function bound(g: Pick<HeldGrant, 'place' | 'team' | 'incident'>): string {
    if (g.team) return t('grant.ofTeam', { team: teamName(g.team) })
    if (g.incident) return t('grant.ofIncident', { incident: incidentName(g.incident) })
    return g.place && g.place.path !== '/' ? g.place.full || g.place.name : t('grant.whole')
  }
  function period(g: Pick<HeldGrant, 'from' | 'until'>): string {
    return g.until ? t('grant.fromUntil', { from: dateTime(g.from), until: dateTime(g.until) }) : t('grant.fromOn', { from: dateTime(g.from) })
  }
  // Some grants were given by no person: at the first start, or when the demonstration was made.
  function giver(who: string): string {
    return te(`grant.giver.${who}`) ? t(`grant.giver.${who}`) : who
  }
  // What is said of a grant at a place that has ended; '' while it stands.
  function ended(g: Pick<HeldGrant, 'place' | 'ended' | 'heirs'>, said: 'endedNote' | 'endedOwn'): string {
    if (!g.ended) return ''
    const heirs = (g.heirs ?? []).map((p) => p.name).join(t('comma'))
    return t(`grant.${said}`, { place: g.place?.full ?? '', date: day(g.ended), heirs: heirs || t('grant.noHeir') })
  }
  return { role, does, bound, period, giver, ended }
}
