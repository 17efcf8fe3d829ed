import { describe, expect, it } from 'vitest'
import { wgsOf } from './datum'

describe('coordinates of other maps', () => {
  it.each([
    ['北京', [116.404, 39.915], [116.410244, 39.916404], [116.416627, 39.9227]],
    ['重庆', [106.5516, 29.563], [106.555318, 29.560151], [106.561748, 29.566466]],
    ['积石山', [102.79, 35.7], [102.791858, 35.699625], [102.798445, 35.705375]],
    ['定日', [87.45, 28.5], [87.452642, 28.49652], [87.459134, 28.502557]],
  ])('%s', (_, wgs, gcj, bd) => {
    for (const [p, from] of [[gcj, 'gcj'], [bd, 'bd']] as const) {
      const got = wgsOf({ lon: p[0]!, lat: p[1]! }, from)
      expect(got.lon).toBeCloseTo(wgs[0]!, 5)
      expect(got.lat).toBeCloseTo(wgs[1]!, 5)
    }
  })
  it('leaves a point outside China where it is', () => {
    expect(wgsOf({ lon: 2.35, lat: 48.85 }, 'gcj')).toEqual({ lon: 2.35, lat: 48.85 })
  })
})
