import { accessible, expect, inTheFlood, login, test } from './story.ts'

// What waits and what was told stands behind the bell on every page, and is reached without a mouse.
test('the bell opens what waits for me, each leading to where it is done', async ({ desk, server }) => {
  await login(desk.page, server, 'office', 'office')
  const bell = desk.page.getByRole('button', { name: /待办 \d+ 项/ })
  await bell.focus()
  await desk.page.keyboard.press('Enter')
  const drawer = desk.page.getByRole('dialog', { name: '待办与消息' })
  await expect(drawer.getByRole('button', { name: /待核实的报告/ })).toBeVisible()
  await accessible(desk.page)
  await drawer.getByRole('tab', { name: /待办/ }).focus()
  await desk.page.keyboard.press('ArrowRight')
  await expect(drawer.getByRole('tab', { name: /消息/ })).toHaveAttribute('aria-selected', 'true')
  await expect(drawer.getByText(/待审批/).first()).toBeVisible()
  await drawer.getByRole('tab', { name: /待办/ }).click()
  await drawer.getByRole('button', { name: /需电话通知/ }).click()
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
  await desk.page.locator('tr', { hasText: team }).getByRole('button', { name: '登记通话' }).click()
  const dialog = desk.page.getByRole('dialog', { name: `登记与${team}的通话` })
  await dialog.getByRole('button', { name: '登记通话结果' }).click()
  await expect(dialog.getByText('请选择通话结果')).toBeVisible()
  await dialog.getByLabel('已通知本人').check()
  await dialog.getByRole('button', { name: '登记通话结果' }).click()
  for (const p of [desk.page, leader.page]) await expect(p.locator('tr', { hasText: team })).toHaveCount(0)
})
