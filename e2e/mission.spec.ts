import { accessible, expect, inTheFlood, login, test } from './story.ts'
import { button, words } from './words.ts'

// proves: S004-56
test('the group gives a mission to a team with free people; its leader takes it on the phone, also without signal; the group confirms and corrects', async ({ leader: team, desk, server }) => {
  const leader = team.page
  const group = desk.page
  const say = words.mission
  const goal = '转移滨江路 12 号楼住户'
  const card = leader.locator('article', { hasText: goal })

  await test.step('the group sees who is free and gives the mission', async () => {
    await login(group, server, 'coordination')
    await group.goto('/app/missions')
    await inTheFlood(group)
    await button(group, say.board).click()
    const row = group.locator('tbody tr', { hasText: '山城水上应急队' })
    await expect(row).toBeVisible()
    await accessible(group)
    await row.getByRole('button', { name: say.give }).click()
    const form = group.getByRole('dialog')
    await form.getByLabel(say.goal).fill(goal)
    await form.getByLabel(say.sector).selectOption({ index: 1 })
    await form.getByLabel(say.until).fill('23:59')
    await form.getByRole('button', { name: say.chooseAll }).click()
    await accessible(group)
    await form.getByRole('button', { name: say.give }).click()
    await expect(form).toBeHidden()
    await expect(group.getByRole('heading', { name: goal })).toBeVisible()
    await accessible(group)
  })

  await test.step('the leader takes it, and goes on saying what happens without signal', async () => {
    await login(leader, server, 'leader')
    await leader.goto('/app/mymissions')
    await card.getByRole('button', { name: say.accept }).click()
    await card.getByRole('button', { name: say.setOut }).click()
    await expect(card.getByRole('button', { name: say.arrive })).toBeVisible()
    await expect(leader.getByText(say.waiting)).toHaveCount(0)
    await accessible(leader)
    await leader.context().setOffline(true)
    await card.getByRole('button', { name: say.arrive }).click()
    await card.getByRole('button', { name: say.allSafe }).click()
    await card.getByRole('button', { name: say.progress }).click()
    await leader.getByRole('dialog').getByLabel(say.moved).fill('9')
    await leader.getByRole('dialog').getByRole('button', { name: say.progress }).click()
    await expect(leader.getByText(say.unsent)).toBeVisible()
    await accessible(leader)
  })

  await test.step('when there is signal all of it is sent in order, once', async () => {
    await leader.context().setOffline(false)
    await leader.evaluate(() => window.dispatchEvent(new Event('online')))
    await expect(leader.getByText(say.waiting)).toHaveCount(0)
    await card.getByRole('button', { name: say.finish }).click()
    await leader.getByRole('dialog').getByRole('button', { name: say.finish }).click()
    await expect(card.getByText(say.awaits)).toBeVisible()
  })

  await test.step('the group sees what was said, and confirms', async () => {
    await expect(group.getByText(say.movedSum(9)).filter({ visible: true }).first()).toBeVisible()
    await button(group, say.confirm).click()
    await expect(group.getByText(say.confirmed).filter({ visible: true }).first()).toBeVisible()
  })

  await test.step('it was 6, not 9: the group corrects what it confirmed, and the leader reads both and why', async () => {
    await button(group, say.correct).click()
    const form = group.getByRole('dialog')
    await form.getByRole('button', { name: say.correct }).click()
    await expect(form.getByText(say.lackSame)).toBeVisible()
    await form.getByLabel(say.moved).fill('6')
    await form.getByLabel(say.correctWhy).fill('三人重复计入')
    await accessible(group)
    await form.getByRole('button', { name: say.correct }).click()
    await expect(form).toBeHidden()
    await expect(group.getByText(say.changed(9, 6))).toBeVisible()
    await expect(card.getByText(say.changed(9, 6))).toBeVisible()
    await expect(card.getByText('三人重复计入').first()).toBeVisible()
    await accessible(leader)
  })
})
