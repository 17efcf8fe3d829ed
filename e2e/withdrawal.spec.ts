import { accessible, expect, inTheFlood, login, test } from './story.ts'
import { button, entry, inHours, words } from './words.ts'

// proves: S004-37 S004-58 S004-82
test('teams leave in waves: ordered, acknowledged, counted out on a phone, safely home', async ({ phone, leader, desk, server }) => {
  const group = desk.page
  const counter = phone.page
  const team = '山城水上应急队'
  const leaving = '龙溪水域救援队'
  const w = words.withdrawal

  await test.step('the group plans a wave and orders it', async () => {
    await login(group, server, 'coordination')
    await group.goto('/app/withdrawal')
    await inTheFlood(group)
    await button(group, w.plan).click()
    const form = group.getByRole('dialog')
    await form.getByRole('checkbox', { name: team }).check()
    await form.getByLabel(w.reason).fill('驻地转移任务完成')
    await form.getByLabel(w.from, { exact: true }).fill(inHours(1))
    await form.getByLabel(w.to, { exact: true }).fill(inHours(7))
    await form.getByLabel(w.route).fill('经北渡大桥上 G75 兰海高速')
    await form.getByLabel(w.contact).fill('协调组 023-00000112')
    await accessible(group)
    await form.getByRole('button', { name: w.save }).click()
    await button(group, w.order).click()
    await group.getByRole('dialog').getByRole('button', { name: w.orderDo }).click()
    await expect(group.getByRole('dialog')).toBeHidden()
    await expect(group.getByText(w.ordered, { exact: true }).filter({ visible: true }).first()).toBeVisible()
    await accessible(group)
  })

  await test.step('the leader has the order on a phone and acknowledges it', async () => {
    await login(leader.page, server, 'leader')
    await leader.page.goto('/app/mywithdrawal')
    await expect(leader.page.getByRole('heading', { name: w.paper })).toBeVisible()
    await expect(leader.page.getByText('经北渡大桥上 G75 兰海高速')).toBeVisible()
    await accessible(leader.page)
    await leader.page.getByRole('button', { name: w.take, exact: true }).click()
    await expect(leader.page.getByText(w.taken, { exact: true })).toBeVisible()
  })

  await test.step('the desk has what was lent handed back and counts a team out', async () => {
    await login(counter, server, 'reception')
    await counter.goto('/app/withdrawal')
    await inTheFlood(counter)
    await button(counter, w.count).click()
    await entry(counter, leaving).click()
    await accessible(counter)
    await button(counter, w.record).click()
    await counter.getByRole('dialog').getByLabel(w.lost).fill('1')
    await counter.getByRole('dialog').getByLabel(w.why).fill('落水，已报出借单位')
    await counter.getByRole('dialog').getByRole('button', { name: w.record }).click()
    await expect(counter.getByRole('dialog')).toHaveCount(0)
    await button(counter, w.record).click()
    await counter.getByRole('dialog').getByRole('button', { name: w.record }).click()
    await expect(counter.getByRole('dialog')).toHaveCount(0)
    await button(counter, w.leave).click()
    await expect(counter.getByText(w.uncounted)).toBeVisible()
    await button(counter, w.rest).click()
  })

  await test.step('without network the count waits on the phone, and is sent once there is one', async () => {
    await counter.context().setOffline(true)
    await button(counter, w.leave).click()
    await expect(counter.getByText(w.unsent).filter({ visible: true }).first()).toBeVisible()
    await expect(counter.getByText(w.waits)).toBeVisible()
    await accessible(counter)
    await counter.context().setOffline(false)
    await counter.evaluate(() => window.dispatchEvent(new Event('online')))
    await expect(counter.getByText(w.left, { exact: true }).filter({ visible: true }).first()).toBeVisible()
    await expect(counter.getByText(w.waits)).toHaveCount(0)
  })

  await test.step('it was the wrong team: the desk takes it back, counts again, and it leaves', async () => {
    await button(counter, w.undo).click()
    await accessible(counter)
    await counter.getByRole('dialog').getByRole('textbox').fill('点错队伍，仍在现场')
    await counter.getByRole('dialog').getByRole('button', { name: w.undo }).click()
    await expect(counter.getByRole('dialog')).toHaveCount(0)
    await expect(counter.getByText(w.leaving, { exact: true }).filter({ visible: true }).first()).toBeVisible()
    await button(counter, w.rest).click()
    await button(counter, w.leave).click()
    await expect(counter.getByText(w.left, { exact: true }).filter({ visible: true }).first()).toBeVisible()
  })

  await test.step('the group records the word that the team is home; the wave is done', async () => {
    await group.goto('/app/withdrawal?tab=away')
    await entry(group, leaving).click()
    await button(group, w.home).click()
    await group.getByRole('dialog').getByRole('button', { name: w.home }).click()
    await expect(group.getByText(w.safe).filter({ visible: true }).first()).toBeVisible()
    await group.goto('/app/withdrawal')
    await expect(entry(group, '文龙街道转移任务完成').getByText(w.done)).toBeVisible()
  })
})
