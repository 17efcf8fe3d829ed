import { accessible, expect, inTheFlood, login, test } from './story.ts'
import { words } from './words.ts'

const say = words.notice

// What waits and what was told stands behind the bell on every page, and is reached without a mouse.
test('the bell opens what waits for me, each leading to where it is done', async ({ desk, server }) => {
  await login(desk.page, server, 'office', 'office')
  await desk.page.goto('/app/')
  const bell = desk.page.getByRole('button', { name: say.bell })
  await bell.focus()
  await desk.page.keyboard.press('Enter')
  const drawer = desk.page.getByRole('dialog', { name: say.drawer })
  await expect(drawer.getByRole('button', { name: say.reports })).toBeVisible()
  await accessible(desk.page)
  await drawer.getByRole('tab', { name: say.todo }).focus()
  await desk.page.keyboard.press('ArrowRight')
  await expect(drawer.getByRole('tab', { name: say.notices })).toHaveAttribute('aria-selected', 'true')
  await expect(drawer.getByText(/待审批/).first()).toBeVisible()
  await drawer.getByRole('tab', { name: say.todo }).click()
  await drawer.getByRole('button', { name: say.phone }).click()
  await expect(desk.page).toHaveURL(/\/app\/outbox/)
})

// A team that cannot be reached is phoned; the call is written down and the team leaves the list, on other screens too.
test('who has not read is phoned, and leaves the list of everybody', async ({ desk, leader, server }) => {
  const team = '云顶山岳救援队'
  await login(desk.page, server, 'office', 'office')
  await login(leader.page, server, 'general')
  for (const p of [desk.page, leader.page]) {
    await p.goto('/app/outbox')
    await inTheFlood(p)
    await expect(p.locator('tr', { hasText: team })).toBeVisible()
  }
  await desk.page.locator('tr', { hasText: team }).getByRole('button', { name: say.call, exact: true }).click()
  const dialog = desk.page.getByRole('dialog', { name: say.callWith(team) })
  await dialog.getByRole('button', { name: say.callDo }).click()
  await expect(dialog.getByText(say.lackOutcome)).toBeVisible()
  await dialog.getByLabel(say.reached).check()
  await dialog.getByRole('button', { name: say.callDo }).click()
  for (const p of [desk.page, leader.page]) await expect(p.locator('tr', { hasText: team })).toHaveCount(0)
})
