import { afterEach, describe, expect, it } from 'vitest'
import { tellWhole } from './whole'

tellWhole(document)

function line(text: string, room: number, wide: number, title = ''): HTMLElement {
  const el = document.createElement('p')
  Object.assign(el.style, { overflow: 'hidden', textOverflow: 'ellipsis' })
  el.innerHTML = '<b></b>'
  el.firstElementChild!.textContent = text
  if (title) el.title = title
  measure(el, room, wide)
  document.body.append(el)
  return el
}
// The browser of the tests lays nothing out.
function measure(el: HTMLElement, room: number, wide: number) {
  Object.defineProperties(el, {
    clientWidth: { value: room, configurable: true },
    scrollWidth: { value: wide, configurable: true },
    innerText: { get: () => el.textContent, configurable: true },
  })
}
const over = (el: Element) => el.dispatchEvent(new Event('pointerover', { bubbles: true }))

describe('a line that is cut', () => {
  afterEach(() => document.body.replaceChildren())

  it('says itself whole under the pointer, also when that is on a part of it', () => {
    const el = line('重庆山城雪豹抢险救灾青年志愿者总队', 100, 240)
    over(el.firstElementChild!)
    expect(el.title).toBe('重庆山城雪豹抢险救灾青年志愿者总队')
  })
  it('follows what it says now, and keeps silent when there is room', () => {
    const el = line('桥河小学安置点缺饮水 600 人', 100, 240)
    over(el)
    el.firstElementChild!.textContent = '桥河小学安置点缺饮水 400 人'
    over(el)
    expect(el.title).toBe('桥河小学安置点缺饮水 400 人')
    measure(el, 300, 240)
    over(el)
    expect(el.hasAttribute('title')).toBe(false)
  })
  it('keeps a title of its own, and what is whole gets none', () => {
    const own = line('沱湾路', 100, 240, '在地图上看')
    over(own)
    expect(own.title).toBe('在地图上看')
    const whole = line('沱湾路', 100, 40)
    over(whole)
    expect(whole.hasAttribute('title')).toBe(false)
  })
})
