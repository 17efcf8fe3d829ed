import { accessible, expect, login, test } from './story.ts'
import { button, choice, entry, receiptForm, words } from './words.ts'

// proves: S004-76 S004-52
test('a cry for help becomes a published need that a team sees', async ({ phone, desk, leader: team, server }, info) => {
  const caller = phone.page
  const officer = desk.page
  const leader = team.page
  const what = `二楼困了十几个人，水还在涨（${info.project.name}）`
  const number = '13800000000'
  let receipt = ''

  await test.step('the desk is open before anybody calls', async () => {
    await login(officer, server, 'general')
    await officer.goto('/app/needs')
    await expect(officer.getByRole('heading', { name: words.needs.title }).first()).toBeVisible()
    await expect(entry(officer, what)).toHaveCount(0)
    await accessible(officer)
  })

  await test.step('somebody reports from a phone, without an account', async () => {
    await caller.goto('/')
    await expect(caller.getByRole('heading', { name: words.public.title }).first()).toBeVisible()
    await accessible(caller)
    await choice(caller, words.public.kinds.trappedWater).click()
    await choice(caller, words.public.vulnerable.elder).click()
    await caller.getByLabel(words.public.text).fill(what)
    await caller.getByLabel(words.public.phone).fill(number)
    await button(caller, words.public.submit).click()
    await expect(caller.getByRole('heading', { name: words.public.received })).toBeVisible()
    receipt = receiptForm.exec(await caller.locator('body').innerText())?.[0] ?? ''
    expect(receipt).not.toBe('')
    expect(new URL(caller.url()).search, 'a receipt is never in an address that is logged').toBe('')
    await accessible(caller)
  })

  await test.step('the desk shows it within two seconds, without a reload', async () => {
    const arrivals = officer.getByText(words.needs.arrivals)
    await expect(entry(officer, what).or(arrivals).first()).toBeVisible({ timeout: 2_000 })
    if (!(await entry(officer, what).isVisible())) await arrivals.click() // new rows never move a list that is being read
    await expect(entry(officer, what)).toBeVisible()
  })

  await test.step('the officer looks, finds it true, and makes a need of it', async () => {
    await entry(officer, what).click()
    await expect(officer.getByText(number), 'the number is masked').toHaveCount(0)
    await choice(officer, words.needs.outcomeVerified).click()
    await officer.getByLabel(words.needs.needTitle).first().fill(what)
    await button(officer, words.needs.verify).click()
    await expect(officer.getByText(words.needs.verified).first()).toBeVisible()
    await accessible(officer)
  })

  await test.step('the desk finds it again by what was said, and by the number', async () => {
    const box = officer.getByLabel(words.needs.search)
    await officer.goto('/app/needs')
    await box.fill('水')
    await box.press('Enter')
    await expect(officer.getByText(words.needs.short)).toBeVisible()
    await expect(async () => {
      await officer.goto('/app/needs')
      await box.fill('十几个人水还在涨')
      await box.press('Enter')
      await expect(entry(officer, what)).toBeVisible({ timeout: 1_000 })
    }, 'what it is found by is filled a moment after it came').toPass()
    await expect(officer.locator('mark', { hasText: '十几个人，水还在涨' }).first()).toBeVisible()
    await accessible(officer)
    await box.fill(number)
    await box.press('Enter')
    await expect(officer.getByText(words.needs.foundPhone).first()).toBeVisible()
    await expect(officer.getByText(number), 'the number is masked').toHaveCount(0)
  })

  await test.step('the receipt tells the stage and nothing about anybody', async () => {
    await caller.getByRole('link', { name: words.public.look }).click()
    await expect(caller.getByRole('heading', { name: words.receipt.title })).toBeVisible()
    await expect(caller.getByText(receipt).first()).toBeVisible()
    await expect(caller.getByText(words.receipt.verified).first()).toBeVisible()
    await expect(caller.getByText(number)).toHaveCount(0)
    await expect(caller.getByText(what)).toHaveCount(0)
    await accessible(caller)
  })

  await test.step('it cannot be published without an instruction of the government', async () => {
    await officer.goto('/app/publish')
    await entry(officer, what).click()
    await expect(button(officer, words.publish.submit)).toBeDisabled()
    await expect(officer.getByText(words.publish.missing).first()).toBeVisible()
    await accessible(officer)
  })

  await test.step('with an instruction it is published', async () => {
    await button(officer, words.publish.newInstruction).click()
    const form = officer.getByRole('dialog').first()
    await form.getByLabel(words.publish.number).first().fill(`綦江府指〔2026〕${info.workerIndex + 12} 号`)
    await form.getByLabel(words.publish.issuer).first().fill('綦江区人民政府')
    await form.getByRole('button', { name: words.publish.save }).first().click()
    await expect(form).toBeHidden()
    await button(officer, words.publish.submit).click()
    await expect(officer.getByText(words.publish.published).filter({ visible: true }).first()).toBeVisible()
  })

  await test.step('the leader of a team sees it on a phone', async () => {
    await login(leader, server, 'leader')
    await leader.goto('/app/team')
    await expect(leader.getByText(words.team.title).first()).toBeVisible()
    await expect(leader.getByText(what).first()).toBeVisible()
    await expect(leader.getByText(number)).toHaveCount(0)
    await accessible(leader)
  })
})
