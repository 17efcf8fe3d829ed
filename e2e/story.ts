import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContext, type Page, expect, test as base } from '@playwright/test'

import { handheld } from './playwright.config.ts'
import { type Server, startServer } from './server.ts'
import { words } from './words.ts'

/** Somebody at a screen: a browser of their own, with their own cookies. */
export interface Person {
  page: Page
}

interface Story {
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
    { scope: 'worker', timeout: 60_000 },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  phone: async ({ browser, server }, use) => visit(browser, server, handheld, use),
  leader: async ({ browser, server }, use) => visit(browser, server, handheld, use),
  desk: async ({ browser, server, viewport, isMobile, hasTouch }, use) => {
    await visit(browser, server, { viewport, isMobile, hasTouch }, use)
  },
})

export { expect }

type ContextOptions = NonNullable<Parameters<Browser['newContext']>[0]>

async function visit(browser: Browser, server: Server, options: ContextOptions, use: (p: Person) => Promise<void>) {
  const context = await browser.newContext({
    baseURL: server.url,
    ignoreHTTPSErrors: true,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    permissions: ['geolocation'],
    geolocation: { longitude: 106.651, latitude: 29.028, accuracy: 15 }, // 綦江区, WGS-84
    ...options,
  })
  const problems = watch(context, server)
  const page = await context.newPage()
  await use({ page })
  await context.close()
  expect(problems, 'errors in the pages').toEqual([])
}

/** Collects what no page may do: throw, break the content security policy, or call another host. */
function watch(context: BrowserContext, server: Server): string[] {
  const problems: string[] = []
  context.on('weberror', (e) => problems.push(`thrown: ${e.error().message}`))
  context.on('console', (m) => {
    if (m.type() === 'error' && !m.text().startsWith('Failed to load resource')) problems.push(`console: ${m.text()}`)
  })
  context.on('request', (r) => {
    if (/^(https?|wss?):/.test(r.url()) && !r.url().startsWith(server.url)) problems.push(`outbound: ${r.url()}`)
  })
  return problems
}

/** Signs in with the demo account of a role, or the one that is named, and waits for the workbench. */
export async function login(page: Page, server: Server, role: string, name?: string): Promise<void> {
  const account = server.accounts.find((a) => a.role === role && (!name || a.login === name))
  if (!account) throw new Error(`no demo account for ${role}; there are ${server.accounts.map((a) => a.role).join(', ')}`)
  await page.goto('/app/login')
  await page.getByLabel(words.login.name, { exact: true }).fill(account.login)
  await page.getByLabel(words.login.password, { exact: true }).fill(account.password)
  await page.getByRole('button', { name: words.login.submit, exact: true }).click()
  await expect(page).not.toHaveURL(/\/app\/login/)
}

/** Fails on every serious or critical finding of axe, and names where it is. */
export async function accessible(page: Page): Promise<void> {
  const result = await new AxeBuilder({ page }).analyze()
  const found = result.violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map((v) => `${v.impact} ${v.id}: ${v.help}\n  ${v.nodes.map((n) => n.target.join(' ')).join('\n  ')}`)
  expect(found, `axe on ${new URL(page.url()).pathname}`).toEqual([])
}

/** Chooses the flood of the demo world, whatever other stories have recorded. */
export async function inTheFlood(page: Page) {
  await page.getByLabel(words.reception.choose).selectOption({ label: words.reception.flood })
}
