import { accessible, expect, login, test } from './story.ts'
import { button, choice, entry, words } from './words.ts'

// proves: S004-28 S004-53 S004-54
test('a team signs up, is accepted and signed for, is ordered out and acknowledges', async ({ leader: team, desk, phone, server }) => {
  const leader = team.page
  const group = desk.page
  const office = phone.page // the officer of the county signs on a phone
  const name = '山城水上应急队'
  const what = '文龙街道卫生院透析病人 9 人转移'

  await test.step('the leader signs up for a need and sees the chain before it is sent', async () => {
    await login(leader, server, 'leader')
    await leader.goto('/app/team')
    await leader.locator('article', { hasText: what }).getByRole('button', { name: words.offer.offer }).click()
    await expect(leader.getByRole('heading', { name: words.offer.preview })).toBeVisible()
    await expect(leader.getByText(words.offer.county).first()).toBeVisible()
    await expect(button(leader, words.offer.send)).toBeDisabled()
    await leader.getByText(words.offer.days, { exact: true }).click()
    await button(leader, words.offer.inTwoHours).click()
    await accessible(leader)
    await button(leader, words.offer.send).click()
    await expect(leader.getByRole('heading', { name: words.offer.own })).toBeVisible()
    await expect(leader.getByText(words.offer.withGroup).first()).toBeVisible()
    await accessible(leader)
  })

  await test.step('the coordination group matches, begins the approval and accepts', async () => {
    await login(group, server, 'coordination')
    await group.goto('/app/offers')
    await entry(group, name).click()
    await accessible(group)
    await choice(group, words.offer.match).check()
    await button(group, words.offer.match).click()
    await choice(group, words.offer.begin).check()
    await button(group, words.offer.begin).click()
    await expect(group.getByText(words.offer.approving).filter({ visible: true }).first()).toBeVisible()
    await choice(group, words.offer.accept).check()
    await button(group, words.offer.accept).click()
    await expect(group.getByText(words.offer.accepted).filter({ visible: true }).first()).toBeVisible()
    await accessible(group)
  })

  await test.step('the county signs, and the page of the group shows it', async () => {
    await login(office, server, 'office', 'qijiangju')
    await office.goto('/app/offers')
    await entry(office, name).click()
    await choice(office, words.offer.sign).check()
    await accessible(office)
    await button(office, words.offer.sign).click()
    await expect(office.getByText(words.offer.approved).filter({ visible: true }).first()).toBeVisible()
    await expect(choice(group, words.offer.order)).toBeVisible()
  })

  await test.step('the order is given and acknowledged', async () => {
    await choice(group, words.offer.order).check()
    await expect(button(group, words.offer.order)).toBeDisabled()
    await group.getByLabel(words.offer.reportAt).fill('北渡集结区')
    await group.getByLabel(words.offer.reportTo).fill('协调组接待员')
    await group.getByLabel(words.offer.contact).fill('023-00000112')
    await button(group, words.offer.order).click()
    await expect(leader.getByText(words.offer.dispatch).filter({ visible: true }).first()).toBeVisible()
    await accessible(leader)
    await button(leader, words.offer.acknowledge).click()
    await expect(button(leader, words.offer.acknowledge)).toHaveCount(0)
    await expect(group.getByText(words.offer.acknowledged).filter({ visible: true }).first()).toBeVisible()
  })
})
