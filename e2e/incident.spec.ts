import { accessible, expect, inTheFlood, login, test } from './story.ts'
import { button, words } from './words.ts'

const say = words.incident

// proves: S004-106
test('the office hands a matter to a group that takes it live', async ({ desk, leader, server }, info) => {
  const office = desk.page
  const group = leader.page
  const matter = `核对下游三处渡口的冲锋舟（${info.project.name}）`
  const dialog = () => office.getByRole('dialog').filter({ visible: true })

  await test.step('both look at the same incident, the group at its own queue', async () => {
    await login(office, server, 'office')
    await login(group, server, 'coordination')
    for (const page of [office, group]) {
      await page.goto('/app/incident')
      await inTheFlood(page)
      await expect(page.getByRole('heading', { level: 1, name: words.reception.flood })).toBeVisible()
    }
    await expect(group.getByRole('button', { name: say.coordination, pressed: true })).toBeVisible()
  })

  await test.step('the office hands a matter over; it is there within two seconds, without a reload', async () => {
    await button(office, say.hand).click()
    await dialog().getByRole('radio', { name: say.coordination }).check()
    await dialog().getByLabel(say.matter).fill(matter)
    const written = office.waitForResponse((r) => r.request().method() === 'POST')
    await dialog().getByRole('button', { name: say.hand }).click()
    await written
    await expect(group.getByText(matter).first()).toBeVisible({ timeout: 2_000 })
  })

  await test.step('the group takes it, and the office reads so in the course of events', async () => {
    await group.locator('li, article', { hasText: matter }).getByRole('button', { name: say.take, exact: true }).first().click()
    await expect(group.locator('li, article', { hasText: matter }).getByRole('button', { name: say.take, exact: true })).toHaveCount(0)
    await office.mouse.move(0, 0)
    await expect(office.getByRole('region', { name: say.course }).getByText(say.taken).first()).toBeVisible({ timeout: 2_000 })
    await accessible(office)
    await accessible(group)
  })
})
