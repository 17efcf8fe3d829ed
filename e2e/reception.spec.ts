import { accessible, expect, inTheFlood, login, test } from './story.ts'
import { button, entry, words } from './words.ts'

// proves: S001-39 S004-79
test('a desk receives teams on a phone, also without network, and the group decides about who came unapproved', async ({ phone, desk: office, server }) => {
  const desk = phone.page
  const group = office.page
  const team = '巴渝水域救援队'
  const site = words.reception

  await test.step('the desk checks an expected team in, one person short, with somebody nobody expected', async () => {
    await login(desk, server, 'reception')
    await desk.goto('/app/reception')
    await inTheFlood(desk)
    await expect(entry(desk, team)).toContainText(/DD-\w+/)
    await desk.getByLabel(site.find).fill(/DD-\w+/.exec(await entry(desk, team).innerText())?.[0] ?? '')
    await button(desk, site.look).click()
    await expect(desk.getByRole('heading', { name: team })).toBeVisible()
    await accessible(desk)
    await button(desk, site.everybody).click()
    await desk.getByRole('checkbox').first().click()
    await button(desk, site.addPerson).click()
    await desk.getByLabel(site.name, { exact: true }).first().fill('周问渠')
    await button(desk, site.less).click()
    await button(desk, site.checkIn).click()
    await expect(desk.getByText(site.here).filter({ visible: true }).first()).toBeVisible()
    await expect(desk.getByText(site.missing).filter({ visible: true }).first()).toBeVisible()
    await expect(desk.getByText(site.extra).filter({ visible: true }).first()).toBeVisible()
    await accessible(desk)
  })

  await test.step('without network a team that nobody expects waits on the device, and the page says so', async () => {
    await button(desk, site.back).click()
    await desk.context().setOffline(true)
    await button(desk, site.blank).click()
    await desk.getByLabel(site.teamName).fill('古南街坊救援小队')
    await desk.getByLabel(site.name, { exact: true }).first().fill('冉云起')
    await button(desk, site.receive).click()
    await expect(desk.getByText(site.unsent)).toBeVisible()
    await accessible(desk)
  })

  await test.step('when the network is back it is sent once', async () => {
    await desk.context().setOffline(false)
    await desk.evaluate(() => window.dispatchEvent(new Event('online')))
    await expect(desk.getByText(site.unsent)).toHaveCount(0)
    await button(desk, site.unapproved).click()
    await expect(desk.locator('.rows li', { hasText: '古南街坊救援小队' })).toHaveCount(1)
  })

  await test.step('a page that is opened without network keeps what is written on it when the network comes', async () => {
    await expect.poll(() => desk.evaluate(async () => {
      const files = performance.getEntriesByType('resource').map((e) => new URL(e.name).pathname).filter((path) => path.startsWith('/assets/'))
      return (await Promise.all(['/app/', ...files].map((path) => caches.match(path)))).every(Boolean)
    }), 'the device keeps the page').toBe(true)
    await desk.context().setOffline(true)
    await desk.reload()
    await button(desk, site.blank).click()
    await desk.getByLabel(site.teamName).fill('桥河志愿救援队')
    await desk.context().setOffline(false)
    await desk.evaluate(() => window.dispatchEvent(new Event('online')))
    await expect(desk.getByLabel(site.choose, { exact: true })).toBeVisible() // the frame knows who it is
    await expect(desk.getByLabel(site.teamName)).toHaveValue('桥河志愿救援队')
    await button(desk, site.back).click()
  })

  await test.step('the group sees who is inside and turns the team back', async () => {
    await login(group, server, 'coordination')
    await group.goto('/app/inside')
    await inTheFlood(group)
    await expect(group.getByText('周问渠').filter({ visible: true }).first()).toBeVisible()
    await accessible(group)
    await group.goto('/app/reception?tab=unapproved')
    await entry(group, '古南街坊救援小队').click()
    await accessible(group)
    await button(group, site.turnBack).click()
    await group.getByRole('dialog').getByRole('textbox').fill('无水域装备，请返回')
    await group.getByRole('dialog').getByRole('button', { name: site.turnBack }).click()
    await expect(group.getByText(site.turnedBack).filter({ visible: true }).first()).toBeVisible()
    await expect(desk.getByText(site.turnedBack).filter({ visible: true }).first()).toBeVisible()
  })
})

test('a leader sees the own team on site', async ({ leader, server }) => {
  await login(leader.page, server, 'leader')
  await leader.page.goto('/app/mysite')
  await expect(leader.page.getByRole('heading', { name: '山城水上应急队' })).toBeVisible()
  await leader.page.getByRole('button', { name: words.reception.whoInside }).click()
  await expect(leader.page.getByText(words.reception.walkIn).first()).toBeVisible()
  await accessible(leader.page)
})
