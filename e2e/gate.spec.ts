import type { Page } from '@playwright/test'

import { accessible, expect, login, test } from './story.ts'
import { button, words } from './words.ts'

interface Sheet {
  waiting: { offer: string; vehicle: string; plate: string; crew: number }[]
}

// Whatever the demo world lets set out: a pass for the first vehicle that waits for one, in force from an hour ago.
async function issued(page: Page): Promise<{ plate: string; number: string }> {
  return page.evaluate(async () => {
    const call = async <T>(path: string, body?: object): Promise<T> => {
      const how = body && { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }
      const answer = await fetch('/api/v1' + path, how)
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
      return (await answer.json()) as T
    }
    const hours = (n: number) => new Date(Date.now() + n * 3_600_000).toISOString()
    for (const { id, drill } of (await call<{ items: { id: string; drill: boolean }[] }>('/incidents?state=open')).items) {
      if (drill) continue
      const [car] = (await call<Sheet>(`/incidents/${id}/passes`)).waiting
      if (!car) continue
      const pass = await call<{ number: string }>('/passes', {
        id: crypto.randomUUID(), offer: car.offer, vehicle: car.vehicle, purpose: 'rescue', crew: car.crew || 2, load: '', route: '渝黔高速',
        outFrom: hours(-1), outTo: hours(24), backFrom: hours(24), backTo: hours(96),
      })
      return { plate: car.plate, number: pass.number }
    }
    throw new Error('no vehicle waits for a pass')
  })
}

async function look(page: Page, typed: string): Promise<void> {
  await page.getByLabel(words.gate.typed, { exact: true }).fill(typed)
  await button(page, words.gate.look).click()
}

async function says(page: Page, verdict: string): Promise<void> {
  await expect(page.getByRole('alert').getByRole('heading', { name: verdict, exact: true })).toBeVisible()
  await accessible(page)
  await page.getByRole('alert').getByRole('button').click()
}

test('a gate that has lost its network gives its three answers, and none is valid once its list is old', async ({ phone, desk, server }) => {
  const gate = phone.page
  const pass = await test.step('a pass is issued', async () => {
    await login(desk.page, server, 'support')
    await desk.page.goto('/app/passes')
    return issued(desk.page)
  })

  await test.step('the gate reads its list', async () => {
    await login(gate, server, 'gate')
    await gate.goto('/app/gate')
    const stands = gate.getByRole('group', { name: words.gate.choose }).getByRole('radio')
    await button(gate, words.gate.settle).click()
    await expect(gate.getByText(words.gate.lack.stand)).toBeVisible()
    await stands.last().check() // one that is in no list
    await button(gate, words.gate.settle).click()
    await expect(gate.getByText(words.gate.lack.name)).toBeVisible()
    await stands.first().check()
    await button(gate, words.gate.settle).click()
    await expect(gate.getByText(words.gate.known)).toBeVisible()
    await accessible(gate)
  })

  await gate.context().setOffline(true)
  await test.step('without network: go, stop, and what cannot be told here', async () => {
    await look(gate, pass.plate)
    await says(gate, words.gate.go)
    await look(gate, '渝A·99999')
    await says(gate, words.gate.stop)
    await look(gate, 'TX-A9999')
    await says(gate, words.gate.unknown)
  })

  await test.step('a list past its age makes nothing valid', async () => {
    await gate.clock.setFixedTime(Date.now() + 5 * 3_600_000)
    await look(gate, pass.number)
    await says(gate, words.gate.unknown)
    await expect(gate.getByText(words.gate.tooOld)).toBeVisible()
  })
  await gate.context().setOffline(false)
})
