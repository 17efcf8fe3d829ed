import { mount } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { h } from 'vue'
import { createI18n } from 'vue-i18n'
import zh from '../app/locale/zh-CN.json'
import IdentityDialog from './IdentityDialog.vue'

// The frame brings the dialog of Element Plus with its style sheets, which a test of words does without.
vi.mock('../ui/FormDialog.vue', () => ({ default: { emits: ['submit'], setup: (_: object, { slots, emit }: { slots: { default: () => unknown }; emit: (e: 'submit') => void }) => () => h('form', { onSubmit: (e: Event) => { e.preventDefault(); emit('submit') } }, slots.default() as never) } }))

const i18n = createI18n({ legacy: false, locale: 'zh-CN', messages: { 'zh-CN': zh } })

describe('the paper of an account', () => {
  it('says beside each field what is missing, until it is there', async () => {
    const dialog = mount(IdentityDialog, { props: { account: 'a', name: '秦可舟', correcting: true, modelValue: true }, global: { plugins: [i18n] } })
    const errors = () => dialog.findAll('.field-error').map((e) => e.text())
    expect(errors()).toEqual([])
    await dialog.find('form').trigger('submit')
    expect(errors()).toEqual([zh.identity.lack, zh.identity.lackWhy])
    const why = dialog.find('#identity-why')
    expect(why.classes()).toContain('bad')
    await why.setValue('录入有误')
    expect(errors()).toEqual([zh.identity.lack])
  })
})
