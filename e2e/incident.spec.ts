import { accessible, expect, login, test } from './story.ts'
import { button, choice, words } from './words.ts'

const say = words.incident

// proves: S004-74 S004-106
test('the office activates the mechanism and hands a matter to a group that takes it live', async ({ desk, leader, server }, info) => {
  test.setTimeout(300_000) // two browsers draw maps in software beside the server
  const office = desk.page
  const group = leader.page
  const name = `老瀛溪山洪（${info.project.name}）`
  const matter = `核对下游三处渡口的冲锋舟（${info.project.name}）`
  const dialog = () => office.getByRole('dialog').filter({ visible: true })

  await test.step('an incident is recorded and waits for a decision', async () => {
    await login(office, server, 'office')
    await office.goto('/app/incidents')
    await button(office, say.record).click()
    await dialog().getByLabel(say.name).fill(name)
    await choice(office, say.serious).check()
    await dialog().getByRole('button', { name: say.record }).click()
    await expect(office.getByRole('heading', { level: 1, name })).toBeVisible()
    await expect(office.getByText(say.waits).first()).toBeVisible()
    await accessible(office)
  })

  await test.step('a person activates the mechanism; the parameter only suggests it', async () => {
    await button(office, say.activate).click()
    await expect(dialog().getByText(say.suggested)).toBeVisible()
    await dialog().getByLabel(say.reason).fill('山洪已致人员被困，需社会应急力量参与')
    await dialog().getByLabel(say.basis, { exact: true }).fill('渝减办〔2022〕5号')
    await dialog().getByRole('button', { name: say.activate }).click()
    await expect(office.getByText(say.running).filter({ visible: true }).first()).toBeVisible()
    await expect(office.getByText(say.acting)).toBeVisible()
  })

  await test.step('the roster is drawn up from the template and laid before headquarters', async () => {
    await button(office, say.roster).click()
    await button(office, say.draw).click()
    await expect(office.getByText(say.prefilled)).toBeVisible()
    await accessible(office)
    await button(office, say.save).click()
    await button(office, say.submit).click()
    await button(office, say.approve).click()
    await choice(office, say.byPhone).check()
    await dialog().getByLabel(say.decidedBy).fill('市级现场抢险救援指挥部')
    await dialog().getByRole('button', { name: say.approve }).click()
    await expect(office.getByRole('heading', { name: say.inForce })).toBeVisible()
    await expect(office.getByText(say.awaits).first(), 'what was said waits for its paper').toBeVisible()
    await expect(office.getByText(say.acting)).toHaveCount(0)
  })

  await test.step('the coordination group has its own queue open', async () => {
    await login(group, server, 'coordination')
    await group.goto(new URL(office.url()).pathname)
    await expect(group.getByRole('heading', { level: 1, name })).toBeVisible()
    await expect(group.getByRole('button', { name: say.coordination, pressed: true })).toBeVisible()
    await expect(group.getByText(say.nothing)).toBeVisible()
  })

  await test.step('the office hands a matter over; it is there within two seconds, without a reload', async () => {
    await button(office, say.overview).click()
    await button(office, say.hand).click()
    await dialog().getByRole('radio', { name: say.coordination }).check()
    await dialog().getByLabel(say.matter).fill(matter)
    await dialog().getByRole('button', { name: say.hand }).click()
    await expect(group.getByText(matter).first()).toBeVisible({ timeout: 2_000 })
  })

  await test.step('the group takes it, and the office reads so in the course of events', async () => {
    await button(group, say.take).click()
    await expect(group.getByRole('heading', { name: say.doing })).toBeVisible()
    await office.mouse.move(0, 0)
    await expect(office.getByRole('region', { name: say.course }).getByText(say.taken).first()).toBeVisible({ timeout: 2_000 })
    await accessible(office)
    await accessible(group)
  })
})
