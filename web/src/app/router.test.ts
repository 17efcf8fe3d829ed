import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { useSession } from '../access/session'
import type { Me } from '../api/types'
import en from './locale/en.json'
import zh from './locale/zh-CN.json'
import { makeRouter } from './router'

vi.mock('../parameter/ParametersPage.vue', () => ({ default: { template: '<p />' } }))
vi.mock('../access/NoGrant.vue', () => ({ default: { template: '<p />' } }))
vi.mock('../access/LoginPage.vue', () => ({ default: { template: '<p />' } }))

async function opens(path: string, verbs?: string[]) {
  const pinia = createPinia()
  setActivePinia(pinia)
  const session = useSession(pinia)
  session.ask = () => {
    if (verbs) session.me = { account: { id: 'a' }, grants: [], verbs } as unknown as Me
    session.known = true
    return Promise.resolve()
  }
  const router = makeRouter(pinia)
  await router.push(path)
  return router.currentRoute.value.path
}

describe('where somebody begins', () => {
  beforeEach(() => window.history.replaceState({}, '', '/app/'))
  it.each([
    ['a page of the grants, also when the session is read only now', ['parameter.see'], '/parameters'],
    ['the page that says so, without any', [], '/none'],
    ['the sign-in, without a session', undefined, '/login'],
  ])('%s', async (_, verbs, at) => expect(await opens('/', verbs)).toBe(at))
})

// A tab of the browser, and who hears pages, tell them by their titles.
it('has a title for every page, in both languages', () => {
  const names = makeRouter(createPinia()).getRoutes().map((r) => String(r.name)).filter((n) => n !== 'home')
  expect(names.filter((n) => !(n in zh.page) || !(n in en.page))).toEqual([])
})
