import { describe, expect, it } from 'vitest'
import { homeOf, mayOpen, openPages } from './pages'

describe('pages', () => {
  it('opens what the verbs allow, in the order of the rail', () => {
    expect(openPages(['parameter.see', 'report.see', 'need.see']).map((p) => p.name)).toEqual(['needs', 'publish', 'parameters'])
    expect(openPages([])).toEqual([])
  })
  it('begins on a page that the person may use', () => {
    expect(homeOf(['report.see', 'need.see'])).toBe('/needs')
    expect(homeOf(['mechanism.see', 'incident.see', 'report.see'])).toBe('/incident')
    expect(homeOf(['mechanism.see'])).toBe('/mechanism')
    expect(homeOf(['need.team'])).toBe('/team')
    expect(homeOf(['need.see', 'parameter.see'])).toBe('/publish')
    expect(homeOf(['system.see', 'parameter.see', 'account.see'])).toBe('/accounts')
    expect(homeOf([])).toBe('/none')
  })
  it('knows which pages take a verb', () => {
    expect(mayOpen('accounts', ['report.see'])).toBe(false)
    expect(mayOpen('me', [])).toBe(true)
  })
})
