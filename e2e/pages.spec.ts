import type { Page } from '@playwright/test'

import { accessible, expect, login, test } from './story.ts'

/** Fails when a page is wider than the window: on a phone nobody scrolls sideways. */
async function fits(page: Page): Promise<void> {
  const extra = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect(extra, `${new URL(page.url()).pathname} is ${extra} px too wide`).toBeLessThanOrEqual(0)
}

for (const path of ['/', '/receipt', '/app/login', '/app/setup', '/app/enrol']) {
  test(`${path} fits its window and can be used by everybody`, async ({ desk }) => {
    await desk.page.goto(path)
    await expect(desk.page.locator('h1').first()).toBeVisible()
    await fits(desk.page)
    await accessible(desk.page)
  })
}

for (const [role, path] of [
  ['duty', '/app/needs'],
  ['general', '/app/publish'],
  ['leader', '/app/team'],
  ['leader', '/app/myteam'],
  ['leader', '/app/myoffers'],
  ['coordination', '/app/offers'],
  ['office', '/app/teams'],
  ['duty', '/app/me'],
  ['secadmin', '/app/accounts'],
  ['office', '/app/parameters'],
  ['office', '/app/incidents'],
  ['coordination', '/app/incident'],
  ['office', '/app/incident?tab=roster'],
  ['office', '/app/incident?tab=decisions'],
  ['office', '/app/mechanism'],
  ['support', '/app/support'],
  ['leader', '/app/mysupport'],
  ['reception', '/app/reception'],
  ['coordination', '/app/reception?tab=unapproved'],
  ['coordination', '/app/inside'],
  ['leader', '/app/mysite'],
] as const) {
  test(`${path} fits its window and can be used by everybody (${role})`, async ({ desk, server }) => {
    await login(desk.page, server, role)
    await desk.page.goto(path)
    await expect(desk.page.locator('h1').first()).toBeVisible()
    await fits(desk.page)
    await accessible(desk.page)
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
  for (const path of ['/', '/receipt', '/app/login']) {
    const answer = await desk.page.goto(path)
    const policy = answer?.headers()['content-security-policy'] ?? ''
    expect(policy, path).toContain("default-src 'self'")
    expect(policy, path).toContain("script-src 'self'")
    expect(policy, path).not.toContain('unsafe-eval')
  }
})
