import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContext, type Page, expect, test as base } from '@playwright/test'

import type { Language } from './catalogue.ts'
import { handheld } from './playwright.config.ts'
import { type Account, type Server, startServer } from './server.ts'
import { type Words, words, wordsIn } from './words.ts'

/** Somebody at a screen: a browser of their own, with their own cookies. */
export interface Person {
  page: Page
}

interface Story {
  /** What the pages speak; what people write stays Chinese. */
  language: Language
  /** Whether the browser has WebGL. Without it maps are drawn by the other engine, and a machine without a graphics card
   *  has its time for the story; the stories about maps have it. */
  webgl: boolean
  /** The words of the pages in the language of the story. */
  say: Words
  /** Brings in one more person, at the width of the project or with a phone. */
  meet: (how: 'desk' | 'phone') => Promise<Person>
  /** Somebody in need, with a phone, whatever the project's width. */
  phone: Person
  /** The leader of a team, with another phone. */
  leader: Person
  /** A person at the width of the project: desktop or phone. */
  desk: Person
}

/** `test` with a server of its own for each worker, and people who use it. Fails on errors in a page. */
export const test = base.extend<Story, { server: Server }>({
  server: [
    // Playwright reads the names of wanted fixtures from the pattern; this one wants none.
    async ({}, use, info) => {
      const server = await startServer(`${info.project.name}-${info.workerIndex}`)
      await use(server)
      await server.stop()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  language: ['zh-CN', { option: true }],
  webgl: [false, { option: true }],
  say: async ({ language }, use) => use(wordsIn(language)),
  baseURL: async ({ server }, use) => use(server.url),
  meet: async ({ browser, server, language, webgl, viewport, isMobile, hasTouch }, use) => {
    const here: { context: BrowserContext; problems: string[] }[] = []
    await use(async (how) => {
      const context = await open(browser, server, language, webgl, how === 'phone' ? handheld : { viewport, isMobile, hasTouch })
      here.push({ context, problems: watch(context, server) })
      return { page: await context.newPage() }
    })
    for (const { context } of here) await context.close()
    expect(here.flatMap((h) => h.problems), 'errors in the pages').toEqual([])
  },
  phone: async ({ meet }, use) => use(await meet('phone')),
  leader: async ({ meet }, use) => use(await meet('phone')),
  desk: async ({ meet }, use) => use(await meet('desk')),
})

export { expect }

type ContextOptions = NonNullable<Parameters<Browser['newContext']>[0]>

async function open(browser: Browser, server: Server, language: Language, webgl: boolean, options: ContextOptions): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL: server.url,
    ignoreHTTPSErrors: true,
    locale: language,
    // The pages remember the language that somebody chose on this machine.
    storageState: { cookies: [], origins: [{ origin: server.url, localStorage: [{ name: 'ly.lang', value: language }] }] },
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
    permissions: ['geolocation'],
    geolocation: { longitude: 106.651, latitude: 29.028, accuracy: 15 }, // 綦江区, WGS-84
    ...options,
  })
  if (!webgl) {
    await context.addInitScript(() => {
      const get = HTMLCanvasElement.prototype.getContext
      HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, ...args: Parameters<typeof get>) {
        return String(args[0]).startsWith('webgl') ? null : get.apply(this, args)
      } as typeof get
    })
  }
  return context
}

/** Collects what no page may do: throw, break the content security policy, call another host, or meet a defect of the server. */
function watch(context: BrowserContext, server: Server): string[] {
  const problems: string[] = []
  context.on('weberror', (e) => problems.push(`thrown: ${e.error().message}`))
  context.on('console', (m) => {
    if (m.type() === 'error' && !m.text().startsWith('Failed to load resource')) problems.push(`console: ${m.text()}`)
  })
  context.on('response', (r) => {
    if (r.status() >= 500) problems.push(`answered ${r.status()}: ${r.request().method()} ${new URL(r.url()).pathname}`)
  })
  context.on('request', (r) => {
    if (/^(https?|wss?):/.test(r.url()) && !r.url().startsWith(server.url)) problems.push(`outbound: ${r.url()}`)
  })
  return problems
}

function accountOf(server: Server, role: string, name?: string): Account {
  const account = server.accounts.find((a) => a.role === role && (!name || a.login === name))
  if (!account) throw new Error(`no demo account for ${role}; there are ${server.accounts.map((a) => a.role).join(', ')}`)
  return account
}

/** Signs in with the demo account of a role, or the one that is named. The page of its own for it is opened once, by `enter`. */
export async function login(page: Page, server: Server, role: string, name?: string): Promise<void> {
  await page.context().addCookies([{ ...(await server.signIn(accountOf(server, role, name))), url: server.url, secure: true, httpOnly: true, sameSite: 'Lax' }])
}

/** Signs in as people do, with account and password, and waits for the workbench. */
export async function enter(page: Page, server: Server, say: Words, role: string): Promise<void> {
  const account = accountOf(server, role)
  await page.goto('/app/login')
  await page.getByLabel(say.login.name, { exact: true }).fill(account.login)
  await page.getByLabel(say.login.password, { exact: true }).fill(account.password)
  await page.getByRole('button', { name: say.login.submit, exact: true }).click()
  await expect(page).not.toHaveURL(/\/app\/login/)
}

/** Of the demo leader's team chooses these members, by their place in the list, and one vehicle: the others are at the flood of
 *  the demo world, or in another story. */
export async function part(leader: Page, say: Words, members: number[], vehicle: RegExp): Promise<void> {
  await leader.getByRole('button', { name: say.offer.nobody, exact: true }).click()
  for (const i of members) await leader.getByRole('list', { name: say.offer.members }).getByRole('checkbox').nth(i).check()
  for (const box of await leader.getByRole('checkbox', { name: /渝A/ }).all()) {
    if (!vehicle.test((await box.locator('xpath=..').innerText()))) await box.uncheck()
  }
}

/** Fails on every serious or critical finding of axe, and names where it is. A page that changes under axe shows it the colour of
 *  one moment on the ground of another, so what it finds must be found again at the next look. */
export async function accessible(page: Page): Promise<void> {
  let found = await findings(page)
  for (let before = ''; found.length && found.join() !== before;) {
    before = found.join()
    found = await findings(page)
  }
  expect.soft(found, `axe on ${new URL(page.url()).pathname}`).toEqual([])
}

async function findings(page: Page): Promise<string[]> {
  // A dialog that is on its way out lies over what is looked at.
  await page.waitForFunction(() => !document.querySelector('[class*="-leave-active"], [class*="-enter-active"]'))
  const result = await new AxeBuilder({ page }).analyze()
  return result.violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map((v) => `${v.impact} ${v.id}: ${v.help}\n  ${v.nodes.map((n) => n.target.join(' ')).join('\n  ')}`)
}

/** Chooses the flood of the demo world, whatever other stories have recorded. */
export async function inTheFlood(page: Page): Promise<void> {
  await within(page, words, words.reception.flood)
}

/** Chooses an incident in the top bar. */
export async function within(page: Page, say: Words, incident: string): Promise<void> {
  await page.getByLabel(say.reception.choose, { exact: true }).selectOption({ label: incident })
}
