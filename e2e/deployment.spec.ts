import { accessible, expect, login, part, test } from './story.ts'
import { button, choice, entry, words } from './words.ts'

// proves: S004-28 S004-53 S004-54 S004-55
test('a team signs up, is accepted and signed for, is ordered out and acknowledges', async ({ leader: team, desk, phone, server }) => {
  test.setTimeout(300_000) // one story from the offer to the road, for five people
  const leader = team.page
  const group = desk.page
  const office = phone.page // the officer of the county signs on a phone
  const name = '山城水上应急队'
  const what = '文龙街道卫生院透析病人 9 人转移'
  const plate = /00031/

  await test.step('the leader signs up for a need and sees the chain before it is sent', async () => {
    await login(leader, server, 'leader')
    await leader.goto('/app/team')
    await leader.getByRole('checkbox', { name: words.offer.others }).check() // what is wanted there is not what the team has
    await leader.locator('article', { hasText: what }).getByRole('button', { name: words.offer.offer }).click()
    await expect(leader.getByRole('heading', { name: words.offer.preview })).toBeVisible()
    await expect(leader.getByText(words.offer.county).first()).toBeVisible()
    await expect(button(leader, words.offer.send)).toBeDisabled()
    await part(leader, words, [6, 7, 8], plate)
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

  await test.step('the police lead its vehicle, a service area is published, and the leader reads both', async () => {
    for (const page of [group, office]) {
      await page.context().clearCookies()
      await login(page, server, 'support')
    }
    await group.goto('/app/passes?state=waiting')
    await group.getByLabel(words.passage.search, { exact: true }).fill(name)
    await expect.poll(() => group.evaluate(() => (history.state as { sought?: string }).sought)).toBe(name)
    await expect(group).not.toHaveURL(/q=/)
    await button(group.locator('.line', { hasText: name }), words.passage.issue).click() // the rows of before stay until others have come
    const issuing = group.getByRole('dialog')
    await issuing.getByLabel(words.passage.route, { exact: true }).fill('G75 兰海高速')
    await button(issuing, words.passage.issue).click()
    await expect(group).toHaveURL(/id=/)
    await accessible(group)

    await group.goto('/app/passes?tab=escorts')
    await button(group, words.passage.ask).click()
    const asking = group.getByRole('dialog')
    await asking.getByRole('checkbox', { name: plate }).check()
    await asking.getByLabel(words.passage.unit, { exact: true }).selectOption({ label: words.passage.police })
    for (const [label, text] of [
      [words.passage.assembly, '綦江南收费站外广场'], [words.passage.assembleAt, tomorrow()], [words.passage.origin, '綦江南收费站'],
      [words.passage.destination, '沱湾'], [words.passage.way, 'G75 兰海高速'], [words.passage.contact, '保障组值守 023-00000113'],
    ] as const) await asking.getByLabel(label, { exact: true }).fill(text)
    await accessible(group)
    await button(asking, words.passage.ask).click()
    const card = group.getByRole('article').filter({ hasText: words.passage.asked })
    await button(card, words.passage.arrange).click()
    const answer = group.getByRole('dialog')
    for (const [label, text] of [[words.passage.leads, '交巡警支队二大队'], [words.passage.plate, '渝A0001警'], [words.passage.duty, '值班室 023-00000122']] as const) await answer.getByLabel(label, { exact: true }).fill(text)
    await button(answer, words.passage.arrange).click()
    await expect(card).toHaveCount(0)
    await accessible(group)

    await office.goto('/app/passes?tab=areas')
    await button(office, words.passage.publish).click()
    const saying = office.getByRole('dialog')
    for (const [label, text] of [[words.passage.name, '巴南服务区'], [words.passage.road, 'G75 兰海高速'], [words.passage.direction, '往綦江方向']] as const) await saying.getByLabel(label, { exact: true }).fill(text)
    await saying.getByLabel(words.passage.fuel, { exact: true }).check()
    await accessible(office)
    await button(saying, words.passage.publish).click()
    await expect(office.getByText('巴南服务区')).toBeVisible()
    await office.goto('/app/passes?tab=escorts')
    await accessible(office)

    await expect(leader.getByText('綦江南收费站外广场')).toBeVisible()
    await expect(leader.getByText('巴南服务区')).toBeVisible()
    await button(leader, words.passage.code).click()
    await accessible(leader)
  })
})

// A time of tomorrow as people type it.
function tomorrow(): string {
  const at = new Date(Date.now() + 24 * 3_600_000)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} 08:00`
}
