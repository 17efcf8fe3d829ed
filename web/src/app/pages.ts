// The pages behind the rail, in its order, each with the verb that it takes. A person begins on the first of the urgent
// ones that is open, or else on the first of all.
export const pages = [
  { name: 'mechanism', verb: 'mechanism.see', group: 'calm' },
  { name: 'incident', verb: 'incident.see', group: 'now' },
  { name: 'needs', verb: 'report.see', group: 'now' },
  { name: 'publish', verb: 'need.see', group: 'now' },
  { name: 'offers', verb: 'offer.see', group: 'now' },
  { name: 'reception', verb: 'reception.see', group: 'now' },
  { name: 'inside', verb: 'reception.see', group: 'now' },
  { name: 'missions', verb: 'mission.see', group: 'now' },
  { name: 'support', verb: 'support.see', group: 'now' },
  { name: 'enquiries', verb: 'enquiry.see', group: 'now' },
  { name: 'withdrawal', verb: 'reception.see', group: 'now' },
  { name: 'team', verb: 'need.team', group: 'now' },
  { name: 'myoffers', verb: 'need.team', group: 'now' },
  { name: 'mysite', verb: 'reception.own', group: 'now' },
  { name: 'mymissions', verb: 'mission.own', group: 'now' },
  { name: 'mysupport', verb: 'support.own', group: 'now' },
  { name: 'myenquiries', verb: 'enquiry.own', group: 'now' },
  { name: 'mywithdrawal', verb: 'reception.own', group: 'now' },
  { name: 'messages', verb: 'team.own', group: 'now' },
  { name: 'myteam', verb: 'team.own', group: 'now' },
  { name: 'teams', verb: 'team.see', group: 'now' },
  { name: 'passes', verb: 'pass.issue', group: 'now' },
  { name: 'gate', verb: 'pass.check', group: 'now' },
  { name: 'summary', verb: 'summary.see', group: 'now' },
  { name: 'outbox', verb: 'notice.see', group: 'now' },
  { name: 'screen', verb: 'incident.see', group: 'now' },
  { name: 'accounts', verb: 'account.see', group: 'system' },
  { name: 'parameters', verb: 'parameter.see', group: 'system' },
  { name: 'destruction', verb: 'destruction.see', group: 'system' },
] as const
export type PageName = (typeof pages)[number]['name']

export function openPages(verbs: string[]): (typeof pages)[number][] {
  return pages.filter((p) => verbs.includes(p.verb))
}

export function homeOf(verbs: string[]): string {
  const open = openPages(verbs)
  const first = open.find((p) => p.group === 'now') ?? open[0]
  return first ? '/' + first.name : '/none'
}

// A page without an entry is open to whoever is signed in.
export function mayOpen(name: string, verbs: string[]): boolean {
  const page = pages.find((p) => p.name === name)
  return !page || verbs.includes(page.verb)
}
