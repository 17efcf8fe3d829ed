import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { describe, expect, it, vi } from 'vitest'
import { createI18n } from 'vue-i18n'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { Incident } from '../api/types'
import zh from '../app/locale/zh-CN.json'
import { useChosen } from '../incident/chosen'
import FigureBar from './FigureBar.vue'
import { useFigure } from './useFigure'

vi.mock('../incident/client', () => ({ listIncidents: () => Promise.resolve([]), readIncident: () => Promise.reject(new Error('none')) }))

// The list behind a figure, for somebody who has these verbs in the incident.
async function list(verbs: string[]) {
  setActivePinia(createPinia())
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/needs', name: 'needs', component: { template: '<p />' } }] })
  await router.push('/needs?figure=waiting&incident=i')
  const chosen = useChosen()
  chosen.list = [{ id: 'i', state: 'active', verbs }] as unknown as Incident[]
  chosen.id = 'i'
  const page = { components: { FigureBar }, setup: () => ({ figure: useFigure('report') }), template: '<FigureBar :figure="figure" :n="0" /><em>{{ figure.none.value }}</em>' }
  const i18n = createI18n({ legacy: false, locale: 'zh-CN', messages: { 'zh-CN': zh } })
  return mount(page, { global: { plugins: [router, i18n] } })
}

describe('the list behind a figure', () => {
  it('says that it is a part to who sees one place of the incident, and never that there are none', async () => {
    const part = await list(['incident.see'])
    expect(part.text()).toContain(zh.figure.part)
    expect(part.get('em').text()).toBe(zh.figure.nonePart.replace('{what}', zh.figure.report.waiting))
    const whole = await list(['incident.see', 'report.see'])
    expect(whole.text()).not.toContain(zh.figure.part)
    expect(whole.get('em').text()).toBe(zh.figure.none.replace('{what}', zh.figure.report.waiting))
  })
})
