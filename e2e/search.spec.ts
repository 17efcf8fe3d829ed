import type { Page } from '@playwright/test'

import { accessible, expect, login, test } from './story.ts'
import type { Words } from './words.ts'

test.describe.configure({ mode: 'parallel' }) // nobody here changes anything

const phones = (page: Page) => (page.viewportSize()?.width ?? 0) < 900

/** Opens the search as the width has it: the field of the top bar, or its sheet. */
async function opens(page: Page, say: Words) {
  const field = page.getByRole('combobox', { name: say.find.name, exact: true })
  await (phones(page) ? page.getByRole('button', { name: say.find.open, exact: true }) : field).click()
  await expect(field).toBeFocused()
  return field
}

test('one search finds every kind of record and opens it on its page', async ({ desk, server, say }) => {
  const { page } = desk
  await login(page, server, 'office')
  // The page goes on to the address of its incident while somebody already writes.
  let come: () => void = () => undefined
  const held = new Promise<void>((done) => (come = done))
  await page.route('**/api/v1/incidents*', async (route) => {
    await held
    await route.continue()
  })
  await page.goto('/app/incident')
  const list = page.getByRole('listbox', { name: say.find.results, exact: true })

  await test.step('by words: grouped, each kind with its name', async () => {
    const field = await opens(page, say)
    await field.fill('水域')
    come()
    await expect(page).toHaveURL(/\/app\/incident\/./)
    await expect(field).toHaveValue('水域')
    await expect(list.getByRole('group', { name: say.find.kind.team, exact: true }).getByRole('option')).toHaveCount(6) // five and all of them
    await expect(list.getByRole('group', { name: say.find.kind.offer, exact: true })).toBeVisible()
    await expect(page.getByRole('status').filter({ hasText: say.find.count }).first()).toBeAttached()
    await accessible(page)
  })

  await test.step('all of a kind: the list with the same word, which stands in no address', async () => {
    await list.getByRole('group', { name: say.find.kind.team, exact: true }).getByRole('option').last().click()
    await expect(page).toHaveURL(/\/app\/teams/)
    await expect(page.getByRole('searchbox')).toHaveValue('水域')
    expect(decodeURIComponent(page.url())).not.toContain('水域')
    await expect(list).toBeHidden()
  })

  await test.step('an exact number and Enter, before any list has come', async () => {
    const field = await opens(page, say)
    await field.fill('RW-A0001')
    await field.press('Enter')
    await expect(page).toHaveURL(/\/app\/missions\?.*id=/)
    await expect(page.getByText('RW-A0001').filter({ visible: true }).first()).toBeVisible()
  })

  await test.step('a page by its name', async () => {
    const field = await opens(page, say)
    await field.fill(say.find.reception)
    await list.getByRole('option').first().click()
    await expect(page).toHaveURL(/\/app\/reception/)
  })

  await test.step('nothing found says what was looked for', async () => {
    const field = await opens(page, say)
    await field.fill('没有这样的词')
    await expect(page.getByText(say.find.none('没有这样的词')).last()).toBeVisible()
    await accessible(page)
    await field.press('Escape')
    await expect(list).toBeHidden()
  })
})

test('the keyboard opens the search, walks its lines and gives the focus back', async ({ desk, server, say }) => {
  const { page } = desk
  await login(page, server, 'office')
  await page.goto('/app/teams')
  const own = page.getByRole('searchbox')
  await own.focus()
  await page.keyboard.press('Control+k')
  const field = page.getByRole('combobox', { name: say.find.name, exact: true })
  await expect(field).toBeFocused()
  await field.pressSequentially('水域')
  const options = page.getByRole('listbox', { name: say.find.results, exact: true }).getByRole('option')
  await expect(options.nth(2)).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await expect(options.nth(2)).toHaveAttribute('aria-selected', 'true')
  await expect(field).toHaveAttribute('aria-activedescendant', (await options.nth(2).getAttribute('id')) ?? '')
  await page.keyboard.press('ArrowUp')
  await expect(options.nth(1)).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Escape')
  await expect(own).toBeFocused()
  await page.keyboard.type('/') // a letter like any other where somebody writes
  await expect(own).toHaveValue('/')
  await own.blur()
  await page.keyboard.press('/')
  await expect(field).toBeFocused()
  await expect(field).toHaveValue('')
})

test('a leader finds the own records, and nothing of others', async ({ leader, server, say }) => {
  const { page } = leader
  await login(page, server, 'leader')
  await page.goto('/app/team')
  const field = await opens(page, say)
  await field.fill('CD-')
  const list = page.getByRole('listbox', { name: say.find.results, exact: true })
  await list.getByRole('group', { name: say.find.kind.offer, exact: true }).getByRole('option').first().click()
  await expect(page).toHaveURL(/\/app\/myoffers\?at=/)
  const again = await opens(page, say)
  await again.fill('重庆市')
  await expect(list.getByRole('group', { name: say.find.kind.team, exact: true })).toHaveCount(0)
})

test('without network it says so, and pages are found all the same', async ({ desk, server, say }) => {
  const { page } = desk
  await login(page, server, 'office')
  await page.goto('/app/parameters')
  await expect(page.locator('h1').first()).toBeVisible()
  await page.route('**/api/v1/search*', (route) => route.abort())
  const field = await opens(page, say)
  await field.fill(say.find.account)
  await expect(page.getByText(say.find.offline, { exact: true })).toBeVisible()
  const me = page.getByRole('listbox', { name: say.find.results, exact: true }).getByRole('option').first()
  await expect(me).toContainText(say.find.account)
  await page.unroute('**/api/v1/search*')
  await page.getByRole('button', { name: say.find.again, exact: true }).last().click()
  await expect(page.getByText(say.find.offline, { exact: true })).toBeHidden()
  await me.click()
  await expect(page).toHaveURL(/\/app\/me/)
})
