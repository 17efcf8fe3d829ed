import { beforeEach, describe, expect, it } from 'vitest'
import { hear, prove } from './proof'

const report = '01a2056e-3ec6-7ec5-8fdd-3cfa0157ef9f'
const hash = '00112233445566778899aabbccddeeff'
const noon = '29696880'

beforeEach(() => hear(null))

describe('prove', () => {
  it('does nothing in calm', async () => {
    expect(await prove(report)).toBe('')
    expect(localStorage.length).toBe(0)
  })
  // The same numbers as platform/proof finds; each is the first that does it.
  it.each([[1, 1], [8, 220], [10, 1079], [12, 5015]])('finds %i zero bits', async (bits, number) => {
    hear(`${noon}.${bits}.${hash}`)
    expect(await prove(report, () => 0)).toBe(`${noon}.${bits}.${hash}.${number}`)
  })
  it('gives up when time is over, and the report goes without', async () => {
    hear(`${noon}.32.${hash}`)
    let now = 0
    expect(await prove(report, () => now++)).toBe('')
    expect(now).toBeLessThan(1100)
  })
  it('takes the newest challenge, and forgets it in calm', async () => {
    hear(`${noon}.1.${hash}`)
    const first = await prove(report)
    hear(`${noon}.8.${hash}`)
    expect(await prove(report)).not.toBe(first)
    hear(null)
    expect(await prove(report)).toBe('')
  })
  it('leaves aside what is no challenge', async () => {
    for (const odd of ['', 'x', `${noon}.999.${hash}`, `${noon}.1.${hash}.7`, `${noon}.1.${hash.slice(2)}`]) {
      hear(odd)
      expect(await prove(report)).toBe('')
    }
  })
  it('keeps the challenge while the page is closed', async () => {
    hear(`${noon}.1.${hash}`)
    expect(localStorage.getItem('ly.proof')).toBe(`${noon}.1.${hash}`)
  })
})
