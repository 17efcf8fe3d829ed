import { accessible, expect, login, test } from './story.ts'
import { words } from './words.ts'

const say = words.board

test.use({ webgl: true })

// proves: S004-07
test('the board measures, explains and leads to the rows; the screen says how old it is', async ({ desk, server }) => {
  test.setTimeout(240_000) // the map is drawn in software beside the server
  const { page } = desk
  const small = { width: page.viewportSize()?.width ?? 0, height: 640 } // what is drawn costs by the pixel
  await page.setViewportSize(small)

  await test.step('the incident page shows the four indicators with what they are made of', async () => {
    await login(page, server, 'office')
    await page.goto('/app/incident')
    const four = page.getByRole('list', { name: say.indicators })
    await expect(four.getByRole('listitem')).toHaveCount(4)
    await expect(four).toContainText(say.congestion)
    await four.getByText(say.how).first().click()
    await expect(four.getByText(say.line).first()).toBeVisible()
    await accessible(page)
    await four.getByText(say.how).first().click()
  })

  await test.step('the map counts what it shows, and its list moves with it', async () => {
    await expect(page.getByRole('checkbox', { name: say.needs })).toBeChecked()
    const open = page.getByRole('button', { name: say.inView })
    await open.click()
    const list = page.getByRole('region', { name: say.list })
    const first = list.getByRole('button').first()
    await first.click()
    await expect(first).toHaveAttribute('aria-pressed', 'true')
    await accessible(page)
  })

  await test.step('the course is read by group and leads to its records', async () => {
    await page.getByRole('button', { name: say.course, exact: true }).click()
    await page.getByRole('button', { name: say.support, exact: true }).click()
    await expect(page).toHaveURL(/group=support/)
    await expect(page.getByText(say.supportRow).first()).toBeVisible()
    await expect(page.getByText(say.coordinationRow)).toHaveCount(0)
    await accessible(page)
  })

  await test.step('the big screen fits its window and each figure is a link', async () => {
    await page.goto('/app/screen')
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    for (const name of [say.indicators, say.orders, say.inside, say.gaps]) await expect(page.getByRole('region', { name })).toBeVisible()
    expect(await page.getByRole('region', { name: say.gaps }).getByRole('link').count()).toBeGreaterThan(0)
    await accessible(page)
    if ((page.viewportSize()?.width ?? 0) > 900) {
      await page.setViewportSize({ width: 1920, height: 1080 })
      const extra = await page.locator('main').evaluate((m) => m.scrollHeight - m.clientHeight)
      expect(extra, 'the big screen is not scrolled').toBeLessThanOrEqual(0)
      const small = await page.locator('main').evaluate((m) => [...m.querySelectorAll('*')].filter((e) => e.children.length === 0 && e.textContent?.trim() && !e.closest('.ly-sr, svg') && parseFloat(getComputedStyle(e).fontSize) < 15).map((e) => e.className + ' ' + e.textContent))
      expect(small, 'texts below 15 px').toEqual([])
    }
  })

  await test.step('without a connection it says how old it is', async () => {
    await page.context().setOffline(true)
    await expect(page.getByText(say.lost)).toBeVisible()
    await page.context().setOffline(false)
  })
})
