import { computed, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useSession } from '../access/session'
import type { FoundGroup, Hit, Lifecycles } from '../api/types'
import { openPages, type PageName } from '../app/pages'
import { useChosen } from '../incident/chosen'
import { few, kinds, many, type Kind } from './client'
import type { Answer } from './finder'
import { leadsTo, listOf, opens } from './lead'

// A line of what was found; each can be chosen.
export interface Line {
  key: string
  icon: PageName | 'me' | 'pin'
  title: string
  to: string
  incident?: string
  severity?: number
  number?: string
  notes: string[]
  excerpt?: string // of a report: what stands around the words
  chip?: { kind: string; label: string }
  drill?: boolean
}
export interface Group {
  key: string
  name: string
  count: string // '' when it says nothing that is not seen
  lines: Line[]
  all?: { key: string; kind: Kind; label: string; to: string } // to '': they are opened here
}

const icons: Record<Kind, PageName | 'pin'> = {
  incident: 'incident', need: 'publish', report: 'needs', team: 'teams', offer: 'offers', party: 'reception', person: 'inside', vehicle: 'passes', pass: 'passes', mission: 'missions',
  support: 'support', enquiry: 'enquiries', account: 'accounts', place: 'pin',
}
const machines: Partial<Record<Kind, Exclude<keyof Lifecycles, 'outcomes'>>> = {
  incident: 'incident', need: 'need', report: 'report', team: 'legal', offer: 'offer', party: 'party', person: 'member', pass: 'pass', mission: 'mission', support: 'support', enquiry: 'enquiry',
}
const mostPages = 3

// useHits makes lines of what was found, and of the pages whose names hold the words.
export function useHits(typed: Ref<string>, answer: Ref<Answer | undefined>) {
  const { t, te, locale } = useI18n()
  const session = useSession()
  const chosen = useChosen()
  const verbs = computed(() => session.me?.verbs ?? [])
  const open = computed(() => kinds.filter((k) => opens(k, verbs.value)))

  function chip(kind: Kind, h: Hit): Line['chip'] {
    if (kind === 'pass' && h.lapsed && h.state === 'valid') return { kind: 'end', label: t('passes.lapsed') }
    if (kind === 'vehicle' || (kind === 'person' && h.party)) return h.party ? { kind: 'doing', label: t('find.onSite') } : undefined
    const machine = machines[kind]
    const s = machine && h.state ? session.stateOf(machine, h.outcome, h.state) : undefined
    return s && { kind: s.kind, label: locale.value === 'en' ? s.labelEn : s.label }
  }
  // The incident is named where it is another than the one in the top bar.
  function line(kind: Kind, h: Hit, to: string): Line {
    const post = h.post ? (te(`post.${h.post}`) ? t(`post.${h.post}`) : h.post) : ''
    const notes = [post, h.colour ? t(`plateColour.${h.colour}`) : '', h.team && h.team.name !== h.title ? h.team.name : '', kind === 'place' ? (h.place?.full ?? '') : (h.place?.name ?? ''), h.incident && h.incident.id !== chosen.id ? h.incident.name : '']
    if (h.found && h.found.in !== 'text') notes.unshift(t(`queue.found.${h.found.in}`))
    const title = h.found?.in === 'text' ? h.found.excerpt : h.title
    return {
      key: `${kind}-${h.id}`, icon: icons[kind], title: title || h.number || t(`find.kind.${kind}`), to, notes: notes.filter(Boolean), drill: !!h.drill,
      ...(h.severity ? { severity: h.severity } : {}), ...(h.number && h.number !== h.title ? { number: h.number } : {}), ...(h.incident ? { incident: h.incident.id } : {}),
      ...(h.found && h.found.in !== 'text' && h.found.excerpt ? { excerpt: h.found.excerpt } : {}), ...(chip(kind, h) ? { chip: chip(kind, h)! } : {}),
    }
  }
  function all(kind: Kind, g: FoundGroup): Group['all'] {
    if (!g.more && g.total <= g.hits.length) return undefined
    const to = listOf(kind, g.hits, verbs.value)
    if (!to && g.hits.length >= many) return undefined
    return { key: `all-${kind}`, kind, label: g.more ? t('find.allMore') : t('find.all', { n: g.total }), to }
  }

  const pages = computed<Line[]>(() => {
    const words = typed.value.trim().toLowerCase().split(/\s+/).filter(Boolean)
    if (!words.length) return []
    const named = [...openPages(verbs.value).map((p) => p.name), 'me' as const].map((name) => ({ name, title: t(`page.${name}`) }))
    return named.filter((p) => words.every((w) => p.title.toLowerCase().includes(w))).slice(0, mostPages)
      .map((p) => ({ key: `page-${p.name}`, icon: p.name, title: p.title, to: `/${p.name}`, notes: [] }))
  })
  const groups = computed<Group[]>(() => {
    const list: Group[] = pages.value.length ? [{ key: 'page', name: t('find.kind.page'), count: '', lines: pages.value }] : []
    for (const g of answer.value?.out.groups ?? []) {
      const kind = kinds.find((k) => k === g.kind)
      if (!kind) continue
      const lines = g.hits.flatMap((h) => {
        const to = leadsTo(kind, h, verbs.value)
        return to ? [line(kind, h, to)] : []
      })
      if (!lines.length) continue
      const more = all(kind, g)
      const beyond = !more && g.total > lines.length ? t('find.first', { n: lines.length, total: g.total }) : ''
      list.push({ key: kind, name: t(`find.kind.${kind}`), count: beyond || (lines.length > few ? String(g.total) : ''), lines, ...(more ? { all: more } : {}) })
    }
    return list
  })
  const names = (list: readonly string[]): string => list.flatMap((k) => (open.value.some((o) => o === k) ? [t(`find.kind.${k}`)] : [])).join(t('comma'))

  return { open, groups, names }
}
