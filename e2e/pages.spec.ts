import type { Page } from '@playwright/test'

import { catalogue, wholeTexts } from './catalogue.ts'
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

// What the system itself says in Chinese is on no English page; what people write, and names, stay as they are.
test.describe('in English', () => {
  test.use({ language: 'en' })
  const { t } = catalogue('en')
  const chinese = new Set([...wholeTexts('zh-CN')].filter((text) => /\p{Script=Han}/u.test(text)))
  for (const kept of [t('lang'), t('langName'), '联络员']) chinese.delete(kept) // the other language; a post that somebody typed
  for (const [role, paths] of Object.entries(pages)) {
    test(`the pages of ${role} say no word of ours in Chinese`, async ({ desk, server }) => {
      test.setTimeout(60_000 + paths.length * 10_000)
      await login(desk.page, server, role)
      const reading = new Set<unknown>() // what the page has asked for and not got; its live stream never ends
      desk.page.on('request', (r) => r.url().includes('/api/v1/') && !r.url().includes('/api/v1/live') && reading.add(r))
      desk.page.on('requestfinished', (r) => reading.delete(r))
      desk.page.on('requestfailed', (r) => reading.delete(r))
      for (const path of paths) {
        await desk.page.goto(path)
        await expect(desk.page.locator('h1').first()).toBeVisible()
        await expect.poll(() => reading.size, { message: path, intervals: [200] }).toBe(0)
        const said = await desk.page.evaluate(() => {
          const found = [document.title]
          const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT)
          for (let n: Node | null = walk.nextNode(); n; n = walk.nextNode()) {
            if (n instanceof Element) found.push(...['title', 'aria-label', 'placeholder', 'alt'].map((a) => (n as Element).getAttribute(a) ?? ''))
            else found.push(n.nodeValue ?? '')
          }
          return found.map((text) => text.trim())
        })
        expect.soft(said.filter((text) => chinese.has(text)), path).toEqual([])
        expect.soft(said[0], path).toContain(' · ' + t('brand'))
      }
    })
  }
})

/** The words of an element are much darker than white on paper; asked again while the page still changes under it. */
async function inked(page: Page, selector: string) {
  const ink = () => page.locator(selector).first().evaluate((el) => 255 - Math.max(...(getComputedStyle(el).color.match(/\d+/g)?.slice(0, 3).map(Number) ?? [255])))
  await expect.poll(ink, { message: selector }).toBeGreaterThan(120)
}

test('what is white on a ground on the screen is ink on paper', async ({ desk, leader, server }) => {
  await login(desk.page, server, 'office')
  await desk.page.goto('/app/screen')
  await expect(desk.page.locator('h1').first()).toBeVisible()
  await desk.page.emulateMedia({ media: 'print' })
  for (const what of ['.screen h1', '.screen .counts b', '.screen .pane h2']) await inked(desk.page, what)
  await login(leader.page, server, 'leader')
  await leader.page.goto('/app/myteam')
  await expect(leader.page.locator('.chip.done').first()).toBeVisible()
  await leader.page.emulateMedia({ media: 'print' })
  await inked(leader.page, '.chip.done')
})

test('a small window squeezes nothing', async ({ desk, server }) => {
  await login(desk.page, server, 'office')
  await desk.page.setViewportSize({ width: 1024, height: 700 })
  await desk.page.goto('/app/incident')
  const map = desk.page.locator('.now .map').first()
  await expect(map).toBeVisible()
  expect.soft((await map.boundingBox())!.height, 'the map of the overview').toBeGreaterThanOrEqual(280)
  await desk.page.setViewportSize({ width: 390, height: 844 })
  await expect.poll(async () => (await desk.page.locator('.now .queue').boundingBox())!.height, { message: 'the queue on a phone' }).toBeGreaterThan(200)
  await desk.page.setViewportSize({ width: 1024, height: 700 })
  await desk.page.goto('/app/teams')
  const columns = desk.page.locator('.cols > span:visible')
  await expect(columns.first()).toBeVisible()
  for (const c of await columns.all()) expect.soft((await c.boundingBox())!.height, await c.innerText()).toBeLessThan(24)
})

test('a form that lacks something leads to the first field that does', async ({ desk, server, language }) => {
  const { t } = catalogue(language)
  await login(desk.page, server, 'office')
  await desk.page.goto('/app/incident')
  await desk.page.getByRole('button', { name: t('decision.record'), exact: true }).first().click()
  const form = desk.page.getByRole('dialog', { name: t('decision.recordTitle') })
  await form.getByRole('button', { name: t('decision.record'), exact: true }).click()
  await expect(form.getByText(t('decision.lack.words'))).toBeVisible()
  await expect(form.getByLabel(t('decision.words'), { exact: true })).toBeFocused()
})

test('a county that only sees an incident is told who works on it, and is led into no refusal', async ({ desk, server, language }) => {
  const { t, like } = catalogue(language)
  await login(desk.page, server, 'office', 'qijiangju')
  await desk.page.goto('/app/outbox')
  await expect(desk.page.getByText(like('notice.elsewhere'))).toBeVisible()
  await desk.page.goto('/app/enquiries')
  await expect(desk.page.getByText(like('enquiry.elsewhere'))).toBeVisible()
  await expect(desk.page.getByRole('button', { name: t('enquiry.note'), exact: true })).toBeHidden()
  await desk.page.goto('/app/support')
  await expect(desk.page.getByText(/^HB-/).first()).toBeVisible()
  await expect(desk.page.getByRole('button', { name: t('support.raise'), exact: true })).toBeHidden()
})

test('a group answers what is for it to know, and is led into no refusal', async ({ desk, server, language }) => {
  const { t } = catalogue(language)
  await login(desk.page, server, 'coordination')
  await desk.page.goto('/app/enquiries')
  const about = (topic: string) => desk.page.getByRole('article').filter({ hasText: t(`enquiry.topic.${topic}`) })
  await expect(about('check_in').getByRole('button')).toHaveCount(1)
  await expect(about('passage')).toHaveCount(1)
  await expect(about('passage').getByRole('button')).toHaveCount(0)
})

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
