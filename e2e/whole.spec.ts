import type { Page } from '@playwright/test'

import type { Server } from './server.ts'
import { accessible, enter, expect, login, part, type Person, test, within } from './story.ts'
import { button, choice, entry, inHours, receiptForm, type Words } from './words.ts'

// What the people of the story write; it stays Chinese whatever their pages speak.
const told = {
  what: '河坝街一楼进水，两位老人上不了楼',
  number: '13800000001',
  reason: '暴雨致河水倒灌，需社会应急力量参与转移',
  team: '山城水上应急队',
  route: '渝黔高速 綦江南',
  goal: '转移河坝街一楼老人',
  fuel: '92 号汽油',
  left: '人员全部转移',
  summary: ['暴雨致河坝街内涝，一支队伍到场转移 2 人。', '需求核实后凭区政府指令发布，队伍经审批出动。', '无。', '汛前检查河坝街排水。'],
}

/** A mark or a line that is shown, wherever the page puts it at this width. */
const shown = (page: Page, text: string | RegExp) => page.getByText(text, { exact: true }).filter({ visible: true }).first()

/** Gives a reason in the dialog that a button opens, and confirms it by the same words. */
async function because(page: Page, say: Words, verb: string, why: string): Promise<void> {
  await button(page, verb).click()
  const dialog = page.getByRole('dialog').filter({ visible: true })
  await dialog.getByLabel(say.reason).fill(why)
  await dialog.getByRole('button', { name: verb, exact: true }).click()
  await expect(dialog).toBeHidden()
}

/** The people of the story at their screens, and what they have in common. */
interface Cast {
  say: Words
  server: Server
  meet: (how: 'desk' | 'phone') => Promise<Person>
  incident: string
  site: string // the address of its page
  what: string
  instruction: number
  receipt: string
  plate: string
  caller: Page
  leader: Page
  office: Page
  general: Page
  coordination: Page
  support: Page
  gate: Page
  desk: Page
}

// The office records an incident and activates the mechanism.
async function activates({ office, say, server, incident }: Cast): Promise<string> {
  const dialog = office.getByRole('dialog').filter({ visible: true })
  await enter(office, server, say, 'office')
  await office.goto('/app/incidents')
  await button(office, say.incident.recordTitle).click()
  await dialog.getByLabel(say.incident.name, { exact: true }).fill(incident)
  await choice(office, say.incident.serious).check()
  await dialog.getByRole('button', { name: say.incident.record }).click()
  await expect(office.getByRole('heading', { level: 1, name: incident })).toBeVisible()
  await button(office, say.incident.activate).click()
  await expect(dialog.getByText(say.incident.suggested), 'the parameter only suggests').toBeVisible()
  await dialog.getByLabel(say.incident.reason).fill(told.reason)
  await dialog.getByLabel(say.incident.basis, { exact: true }).fill('渝减办〔2022〕5号')
  await dialog.getByRole('button', { name: say.incident.activateDo }).click()
  await expect(shown(office, say.incident.running)).toBeVisible()
  await accessible(office)
  await expect(office.getByText(say.incident.acting)).toBeVisible()
  await button(office, say.incident.roster).click()
  await button(office, say.incident.draw).click()
  await expect(office.getByText(say.incident.prefilled)).toBeVisible()
  await button(office, say.incident.save).click()
  await button(office, say.incident.submit).click()
  await button(office, say.incident.approve).click()
  await choice(office, say.incident.byPhone).check()
  await dialog.getByLabel(say.incident.decidedBy).fill('市级现场抢险救援指挥部')
  await dialog.getByRole('button', { name: say.incident.approve }).click()
  await expect(office.getByRole('heading', { name: say.incident.inForce })).toBeVisible()
  await expect(office.getByText(say.incident.awaits).first(), 'what was said waits for its paper').toBeVisible()
  await expect(office.getByText(say.incident.acting)).toHaveCount(0)
  const site = new URL(office.url()).pathname
  await office.goto('/app/me') // nobody looks at a page that is not their turn; it would read itself again with every step
  return site
}

// Somebody calls for help on a phone, without an account.
async function calls({ caller, say, what }: Cast): Promise<string> {
  await caller.goto('/')
  await choice(caller, say.public.kinds.trappedWater).click()
  await choice(caller, say.public.vulnerable.elder).click()
  await caller.getByLabel(say.public.text).fill(what)
  await caller.getByLabel(say.public.phone).fill(told.number)
  await accessible(caller)
  await button(caller, say.public.submit).click()
  await expect(caller.getByRole('heading', { name: say.public.received })).toBeVisible()
  return receiptForm.exec(await caller.locator('body').innerText())?.[0] ?? ''
}

// The general group verifies it, takes it into the incident and publishes it under an instruction.
async function publishes({ general, say, server, incident, what, instruction }: Cast): Promise<void> {
  await login(general, server, 'general')
  await general.goto('/app/needs')
  await within(general, say, incident)
  await entry(general, what).click()
  await choice(general, say.needs.outcomeVerified).click()
  await general.getByLabel(say.needs.needTitle).first().fill(what)
  await button(general, say.needs.verify).click()
  await expect(shown(general, say.needs.verified)).toBeVisible()
  await button(general, say.needs.join(incident)).click()
  await expect(button(general, say.needs.join(incident))).toHaveCount(0)
  await accessible(general)
  await general.getByRole('link', { name: say.needs.openNeed }).click()
  await button(general, say.publish.newInstruction).click()
  const form = general.getByRole('dialog').filter({ visible: true })
  await form.getByLabel(say.publish.number, { exact: true }).fill(`綦江府指〔2026〕${instruction} 号`)
  await form.getByLabel(say.publish.issuer).fill('綦江区人民政府')
  await form.getByRole('button', { name: say.publish.save }).click()
  await expect(form).toBeHidden()
  await button(general, say.publish.submit).click()
  await expect(button(general, say.publish.close)).toBeVisible()
}

// A leader sees it on a phone and signs the team up.
async function signsUp({ leader, say, server, what }: Cast): Promise<void> {
  await login(leader, server, 'leader')
  await leader.goto('/app/team')
  await leader.locator('article', { hasText: what }).getByRole('button', { name: say.offer.offer }).click()
  await expect(leader.getByRole('heading', { name: say.offer.preview }), 'the chain is shown before anything is sent').toBeVisible()
  await expect(leader.getByText(say.offer.county).first()).toBeVisible()
  await expect(button(leader, say.offer.send)).toBeDisabled()
  await part(leader, say, [0, 1, 2, 3, 4, 5], /00030/)
  await leader.getByText(say.offer.days, { exact: true }).click()
  await button(leader, say.offer.inTwoHours).click()
  await accessible(leader)
  await button(leader, say.offer.send).click()
  await expect(leader.getByRole('heading', { name: say.offer.own })).toBeVisible()
  await expect(leader.getByText(say.offer.withGroup).first()).toBeVisible()
}

// The coordination group matches and accepts, the authority signs, the order goes out.
async function dispatches({ leader, coordination, say, server, incident, meet }: Cast): Promise<void> {
  await login(coordination, server, 'coordination')
  await coordination.goto('/app/offers')
  await within(coordination, say, incident)
  await entry(coordination, told.team).click()
  for (const verb of [say.offer.match, say.offer.begin, say.offer.accept]) {
    await choice(coordination, verb).check()
    await button(coordination, verb).click()
    await expect(choice(coordination, verb).and(coordination.locator(':checked'))).toHaveCount(0)
  }
  await expect(coordination.getByText(say.offer.county).filter({ visible: true }).first()).toBeVisible()
  await accessible(coordination)
  const signer = (await meet('desk')).page
  await login(signer, server, 'office', 'qijiangju')
  await signer.goto('/app/offers')
  await within(signer, say, incident)
  await entry(signer, told.team).click()
  await choice(signer, say.offer.sign).check()
  await button(signer, say.offer.sign).click()
  await expect(shown(signer, say.offer.approved)).toBeVisible()
  await signer.close()
  await choice(coordination, say.offer.order).check()
  await expect(button(coordination, say.offer.order)).toBeDisabled()
  await coordination.getByLabel(say.offer.reportAt).fill('北渡集结区')
  await coordination.getByLabel(say.offer.reportTo).fill('协调组接待员')
  await coordination.getByLabel(say.offer.contact).fill('023-00000112')
  await button(coordination, say.offer.order).click()
  await expect(shown(leader, say.offer.dispatch)).toBeVisible()
  await button(leader, say.offer.acknowledge).click()
  await expect(shown(leader, say.offer.acknowledged)).toBeVisible()
  await coordination.reload() // that it comes by itself is for the story of an offer
  await expect(shown(coordination, say.offer.acknowledged)).toBeVisible()
}

// A pass is issued and read at the gate.
async function passes({ support, gate, say, server, incident }: Cast): Promise<string> {
  await login(support, server, 'support')
  await support.goto('/app/passes')
  await within(support, say, incident)
  await button(support, say.passes.issue).click()
  const form = support.getByRole('dialog').filter({ visible: true })
  await form.getByLabel(say.passes.crew).fill('2')
  await form.getByLabel(say.passes.route).fill(told.route)
  await form.getByRole('button', { name: say.passes.issue }).click()
  await expect(form).toBeHidden()
  await expect(shown(support, told.route)).toBeVisible()
  await accessible(support)
  const plate = (await support.locator('.plate').first().innerText()).trim()
  await login(gate, server, 'gate')
  await gate.goto('/app/gate')
  await gate.getByRole('group', { name: say.gate.choose }).getByRole('radio').first().check()
  await button(gate, say.gate.settle).click()
  await gate.getByLabel(say.gate.typed, { exact: true }).fill(plate)
  await button(gate, say.gate.look).click()
  await expect(gate.getByRole('heading', { name: say.gate.go, exact: true })).toBeVisible()
  await accessible(gate)
  await button(gate, say.gate.letIn).click()
  await expect(gate.getByText(say.gate.noted)).toBeVisible()
  return plate
}

// The desk receives the team.
async function receives({ desk, say, server, incident, plate }: Cast): Promise<void> {
  await login(desk, server, 'reception')
  await desk.goto('/app/reception')
  await within(desk, say, incident)
  await desk.getByLabel(say.reception.find).fill(plate)
  await button(desk, say.reception.look).click()
  await button(desk, say.reception.everybody).click()
  await button(desk, say.reception.checkIn).click()
  await expect(shown(desk, say.reception.here)).toBeVisible()
  await accessible(desk)
}

// The group gives a mission; the team does it and the group confirms.
async function gives({ leader, coordination, say }: Cast): Promise<void> {
  await coordination.goto('/app/missions')
  await button(coordination, say.mission.give).click()
  const form = coordination.getByRole('dialog').filter({ visible: true })
  await form.getByLabel(say.mission.need).selectOption({ index: 1 })
  await form.getByLabel(say.mission.goal).fill(told.goal)
  await form.getByLabel(say.mission.location).fill('河坝街')
  await form.getByLabel(say.mission.contact).fill('河坝街社区 023-00000131')
  await form.getByLabel(say.mission.until).fill(inHours(6))
  await form.getByRole('radio', { name: new RegExp(told.team) }).check()
  await form.getByRole('button', { name: say.mission.chooseAll }).click()
  await form.getByRole('button', { name: say.mission.give }).click()
  await expect(form).toBeHidden()

  await leader.goto('/app/mymissions')
  const card = leader.locator('article', { hasText: told.goal })
  for (const verb of [say.mission.accept, say.mission.setOut, say.mission.arrive]) await card.getByRole('button', { name: verb, exact: true }).click()
  const finish = leader.getByRole('dialog').filter({ visible: true })
  await card.getByRole('button', { name: say.mission.finish, exact: true }).click()
  await finish.getByLabel(say.mission.moved).fill('2')
  await accessible(leader)
  await finish.getByRole('button', { name: say.mission.finish, exact: true }).click()
  await expect(card.getByText(say.mission.awaits)).toBeVisible()

  await button(coordination, say.mission.confirm).click()
  await expect(shown(coordination, say.mission.confirmed)).toBeVisible()
  await expect(coordination.getByText(say.mission.movedSum(2)).filter({ visible: true }).first()).toBeVisible()
}

// What the team asks for is met and confirmed.
async function supplies({ leader, support, say }: Cast): Promise<void> {
  await leader.goto('/app/mysupport')
  await button(leader, say.support.ask).click()
  const form = leader.getByRole('dialog').filter({ visible: true })
  await form.getByRole('group', { name: say.support.category }).locator('[value=fuel]').check() // used up: nothing of it is handed back
  await form.getByLabel(say.support.what).fill(told.fuel)
  await form.getByLabel(say.support.quantity).fill('60')
  await form.getByLabel(say.support.unit).fill('升')
  await form.getByLabel(say.support.where).fill('北渡集结区')
  await form.getByRole('button', { name: say.support.send }).click()
  await expect(form).toBeHidden()

  await support.goto('/app/support')
  await entry(support, told.fuel).getByRole('button').first().click()
  await button(support, say.support.route).click()
  const route = support.getByRole('dialog').filter({ visible: true })
  await route.getByLabel(say.support.to).fill('市商务委')
  await route.getByRole('button', { name: say.support.route }).click()
  await button(support, say.support.complete).click()
  await expect(shown(support, say.support.delivered)).toBeVisible()
  await accessible(support)

  await leader.locator('article', { hasText: told.fuel }).getByRole('button', { name: say.support.confirm, exact: true }).click()
  await expect(leader.locator('article', { hasText: told.fuel }).getByText(say.support.confirmed, { exact: true }).first()).toBeVisible()
}

// The team is ordered to leave, hands back, is counted out and comes home.
async function withdraws({ leader, coordination, desk, say }: Cast): Promise<void> {
  await coordination.goto('/app/withdrawal')
  await button(coordination, say.withdrawal.plan).click()
  const form = coordination.getByRole('dialog').filter({ visible: true })
  await form.getByRole('checkbox', { name: told.team }).check()
  await form.getByLabel(say.withdrawal.reason).fill('转移任务完成')
  await form.getByLabel(say.withdrawal.from, { exact: true }).fill(inHours(1))
  await form.getByLabel(say.withdrawal.to, { exact: true }).fill(inHours(7))
  await form.getByLabel(say.withdrawal.route).fill('经 G75 兰海高速')
  await form.getByLabel(say.withdrawal.contact).fill('协调组 023-00000112')
  await form.getByRole('button', { name: say.withdrawal.save }).click()
  await button(coordination, say.withdrawal.order).click()
  await coordination.getByRole('dialog').getByRole('button', { name: say.withdrawal.orderDo }).click()
  await expect(coordination.getByRole('dialog')).toBeHidden()

  await leader.goto('/app/mywithdrawal')
  await leader.locator('article', { hasText: '经 G75 兰海高速' }).getByRole('button', { name: say.withdrawal.take, exact: true }).click()
  await expect(leader.getByText(say.withdrawal.taken, { exact: true })).toBeVisible()

  await desk.goto('/app/withdrawal')
  await button(desk, say.withdrawal.count).click()
  await entry(desk, told.team).click()
  const line = desk.getByRole('dialog').filter({ visible: true })
  await button(desk, say.withdrawal.addLine).click()
  await line.getByLabel(say.withdrawal.what, { exact: true }).fill('对讲机')
  await line.getByLabel(say.withdrawal.unit, { exact: true }).fill('部')
  await line.getByLabel(say.withdrawal.lender).fill('市商务委')
  await line.getByRole('button', { name: say.withdrawal.addLine }).click()
  await expect(line).toBeHidden()
  await button(desk, say.withdrawal.record).click()
  await line.getByRole('button', { name: say.withdrawal.record }).click()
  await expect(line).toBeHidden()
  await button(desk, say.withdrawal.rest).click()
  await accessible(desk)
  await button(desk, say.withdrawal.leave).click()
  await expect(shown(desk, say.withdrawal.left)).toBeVisible()

  await button(leader, say.withdrawal.allHome).click()
  await leader.getByRole('dialog').getByRole('button', { name: say.withdrawal.allHomeDo }).click()
  await expect(shown(leader, say.withdrawal.safe)).toBeVisible()
  await accessible(leader)
}

// The need is closed, and the caller reads so.
async function closesNeed({ caller, general, say, receipt }: Cast): Promise<void> {
  await because(general, say, say.publish.close, told.left)
  await expect(shown(general, say.publish.closed)).toBeVisible()
  await caller.getByRole('link', { name: say.public.look }).click()
  await expect(caller.getByText(receipt).first()).toBeVisible()
  await expect(caller.getByRole('heading', { name: say.receipt.closed }).or(caller.getByText(say.receipt.closed)).first()).toBeVisible()
  await expect(caller.getByText(told.number)).toHaveCount(0)
}

// The incident is closed; its summary is written, approved and issued, and is a paper.
async function issues({ office, general, say, site }: Cast): Promise<void> {
  await office.goto(site)
  await office.getByRole('main').getByText(say.incident.more, { exact: true }).click()
  await because(office, say, say.incident.close, told.left)
  await expect(shown(office, say.incident.closed)).toBeVisible()

  await general.goto(site.replace('/incident/', '/summary/'))
  await expect(shown(general, say.summary.frozen)).toBeVisible()
  const text = general.getByRole('region', { name: say.summary.text })
  for (const [i, words] of told.summary.entries()) {
    await text.getByRole('textbox').nth(i).fill(words)
    await text.getByRole('button', { name: say.summary.save }).nth(i).click()
    await expect(text.getByRole('button', { name: say.summary.save }).nth(i)).toBeDisabled()
  }
  await button(general, say.summary.submit).click()
  await expect(shown(general, say.summary.submitted)).toBeVisible()
  await accessible(general)

  await office.goto(new URL(general.url()).pathname)
  await button(office, say.summary.approve).click()
  const decision = office.getByRole('dialog').filter({ visible: true })
  await choice(office, say.incident.byPhone).check()
  await decision.getByLabel(say.incident.decidedBy).fill('市级现场抢险救援指挥部')
  await decision.getByRole('button', { name: say.summary.approve }).click()
  await expect(decision).toBeHidden()
  await button(office, say.summary.issue).click()
  await decision.getByLabel(say.summary.paper).fill('渝应急〔2026〕18号')
  await decision.getByRole('button', { name: say.summary.issue }).click()
  await expect(decision).toBeHidden()
  await expect(shown(office, say.summary.issued)).toBeVisible()
  await accessible(office)

  await button(office, say.summary.export).click()
  await decision.getByLabel(say.summary.purpose).fill('报送指挥部')
  const [paper] = await Promise.all([office.waitForEvent('download'), decision.getByRole('button', { name: say.summary.export }).click()])
  expect(paper.suggestedFilename()).toMatch(/\.docx$/)
}

test.describe.configure({ mode: 'parallel' }) // the longest of all: both workers share the languages

for (const language of ['zh-CN', 'en'] as const) {
  test.describe(language, () => {
    test.use({ language })

    // One incident through all nine steps on the pages of those whose part each is: somebody in need, the coordination office,
    // the three groups, the authority that signs, a team leader, a gate and a reception desk.
    //
    // proves: S004-12 S004-26 S004-28 S004-53 S004-54 S004-74
    test('one incident from the first cry for help to the issued summary', async ({ meet, server, say }, info) => {
      test.setTimeout(600_000) // eight browsers on however few cores there are
      const [caller, leader, gate, desk] = [await meet('phone'), await meet('phone'), await meet('phone'), await meet('phone')]
      const [office, general, coordination, support] = [await meet('desk'), await meet('desk'), await meet('desk'), await meet('desk')]
      const cast: Cast = {
        say, server, meet, receipt: '', plate: '', site: '', instruction: info.workerIndex + 31,
        incident: `河坝街内涝（${info.project.name} ${language}）`,
        what: `${told.what}（${language}）`,
        caller: caller.page, leader: leader.page, gate: gate.page, desk: desk.page,
        office: office.page, general: general.page, coordination: coordination.page, support: support.page,
      }
      cast.site = await test.step('the office records an incident and activates the mechanism', () => activates(cast))
      cast.receipt = await test.step('somebody calls for help on a phone, without an account', () => calls(cast))
      await test.step('the general group verifies it, takes it into the incident and publishes it under an instruction', () => publishes(cast))
      await test.step('a leader sees it on a phone and signs the team up', () => signsUp(cast))
      await test.step('the coordination group matches and accepts, the authority signs, the order goes out', () => dispatches(cast))
      cast.plate = await test.step('a pass is issued and read at the gate', () => passes(cast))
      await test.step('the desk receives the team', () => receives(cast))
      await test.step('the group gives a mission; the team does it and the group confirms', () => gives(cast))
      await test.step('what the team asks for is met and confirmed', () => supplies(cast))
      await test.step('the team is ordered to leave, hands back, is counted out and comes home', () => withdraws(cast))
      await test.step('the need is closed, and the caller reads so', () => closesNeed(cast))
      await test.step('the incident is closed; its summary is written, approved and issued, and is a paper', () => issues(cast))
    })
  })
}
