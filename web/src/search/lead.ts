import type { Hit } from '../api/types'
import { mayOpen } from '../app/pages'
import type { Kind } from './client'

// Where a hit leads: the page where this person works with such a record, opened there.

// The tab of the reception desk in which a team on site is.
function tabOf(state = ''): string {
  if (state === 'self_deployed' || state === 'turned_back') return 'unapproved'
  return state === 'checked_in' || state === 'leaving' ? 'here' : 'out'
}

type Way = [page: string, path: (h: Hit) => string]
const own = (page: string): Way => [page, (h) => `/${page}?id=${h.id}`]
// On a page whose records all stand open, it is brought into view.
const among = (page: string): Way => [page, (h) => `/${page}?at=${h.id}`]
const atDesk: Way = ['reception', (h) => (h.party ? `/reception?tab=${tabOf(h.partyState)}&id=${h.party}` : '')]
const ofTeam: Way = ['teams', (h) => (h.team?.id ? `/teams?id=${h.team.id}` : '')]
const ended = ['confirmed', 'declined', 'cancelled', 'reassigned']

// The first page that is open to the person is taken: that of a desk before that of a team.
const ways: Record<Kind, Way[]> = {
  incident: [['incident', (h) => `/incident/${h.id}`]],
  need: [['publish', (h) => `/publish?state=all&id=${h.id}`], among('team')],
  report: [['needs', (h) => `/needs?stage=all&id=${h.id}`]],
  team: [own('teams'), ['myteam', () => '/myteam']],
  offer: [['offers', (h) => `/offers?tab=all&id=${h.id}`], among('myoffers')],
  party: [atDesk],
  person: [atDesk, ['myteam', () => '/myteam']],
  vehicle: [atDesk, ofTeam, ['myteam', () => '/myteam']],
  pass: [own('passes'), ['myoffers', (h) => (h.offer ? `/myoffers?at=${h.offer}` : '')]],
  mission: [['missions', (h) => `/missions?${ended.includes(h.state ?? '') ? 'state=ended&' : ''}id=${h.id}`], among('mymissions')],
  support: [['support', (h) => `/support?state=all&id=${h.id}`], own('mysupport')],
  enquiry: [['enquiries', (h) => `/enquiries?state=all&at=${h.id}`]],
  account: [own('accounts')],
  place: [['publish', (h) => `/publish?state=all&place=${h.id}`]],
}

// '' when no page of it is open to the person.
export function leadsTo(kind: Kind, hit: Hit, verbs: string[]): string {
  for (const [page, path] of ways[kind]) {
    const to = mayOpen(page, verbs) ? path(hit) : ''
    if (to) return to
  }
  return ''
}

// Whether a page is open on which something of the kind could be shown.
export function opens(kind: Kind, verbs: string[]): boolean {
  return ways[kind].some(([page]) => mayOpen(page, verbs))
}

// The lists that can be asked for the same word.
const lists: Partial<Record<Kind, string>> = { report: '/needs?stage=all', need: '/publish?state=all', team: '/teams', account: '/accounts' }

// The list with everything that was found; '' when there is none that holds it all: those of needs and reports show either what is
// in earnest or one drill.
export function listOf(kind: Kind, hits: Hit[], verbs: string[]): string {
  const path = lists[kind] ?? ''
  return path && !hits.some((h) => h.drill) && mayOpen(path.slice(1).split('?')[0]!, verbs) ? path : ''
}
