import type { Page } from '@playwright/test'

import { accessible, expect, login, test } from './story.ts'

test.describe.configure({ mode: 'parallel' }) // nobody here changes anything

/** Fails when a page is wider than the window: on a phone nobody scrolls sideways. */
async function fits(page: Page): Promise<void> {
  const extra = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect.soft(extra, `${new URL(page.url()).pathname} is ${extra} px too wide`).toBeLessThanOrEqual(0)
}

test('the pages without an account fit their window and can be used by everybody', async ({ desk }) => {
  for (const path of ['/', '/receipt', '/published', '/trust', '/app/login', '/app/setup', '/app/enrol']) {
    await test.step(path, async () => {
      await desk.page.goto(path)
      await expect(desk.page.locator('h1').first()).toBeVisible()
      await fits(desk.page)
      await accessible(desk.page)
    })
  }
})

// Each person opens the own pages one after the other in one browser, as people do.
const pages = {
  duty: ['/app/needs', '/app/me'],
  general: ['/app/publish', '/app/outbox?state=failed'],
  coordination: ['/app/offers', '/app/incident', '/app/reception?tab=unapproved', '/app/inside', '/app/enquiries'],
  support: ['/app/support'],
  reception: ['/app/reception'],
  leader: ['/app/team', '/app/myteam', '/app/myoffers', '/app/mysupport', '/app/messages', '/app/mysite', '/app/myenquiries'],
  secadmin: ['/app/accounts', '/app/destruction'],
  office: [
    '/app/teams', '/app/parameters', '/app/incidents', '/app/incident?tab=roster', '/app/incident?tab=decisions', '/app/incident?tab=course',
    '/app/screen', '/app/mechanism', '/app/outbox', '/app/destruction',
  ],
}
for (const [role, paths] of Object.entries(pages)) {
  test(`the pages of ${role} fit their window and can be used by everybody`, async ({ desk, server }) => {
    test.setTimeout(60_000 + paths.length * 30_000)
    await login(desk.page, server, role)
    for (const path of paths) {
      await test.step(path, async () => {
        await desk.page.goto(path)
        await expect(desk.page.locator('h1').first()).toBeVisible()
        await fits(desk.page)
        await accessible(desk.page)
      })
    }
  })
}

test('what is not there is not found, also for a browser that would take a page', async ({ desk }) => {
  await desk.page.goto('/')
  for (const path of ['/api/v1/nothing', '/assets/nothing.js']) {
    const status = await desk.page.evaluate(
      async (p) => (await fetch(p, { headers: { Accept: 'text/html' } })).status,
      path,
    )
    expect(status, path).toBe(404)
  }
})

test('every page comes with a strict content security policy', async ({ desk }) => {
  for (const path of ['/', '/receipt', '/published', '/app/login']) {
    const answer = await desk.page.goto(path)
    const policy = answer?.headers()['content-security-policy'] ?? ''
    expect(policy, path).toContain("default-src 'self'")
    expect(policy, path).toContain("script-src 'self'")
    expect(policy, path).not.toContain('unsafe')
  }
})
