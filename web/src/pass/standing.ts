// How a valid pass stands besides: past its last moment, which may come while a page is open, or with nobody who vouches for its
// vehicle any more. Gates refuse both.
import type { Pass } from '../api/types'

export function fallen(p: Pick<Pass, 'state' | 'lapsed' | 'vouched' | 'backTo'>, now: number): { kind: string; label: 'passes.lapsed' | 'passes.unvouched' } | undefined {
  if (p.state !== 'valid') return undefined
  if (p.lapsed || Date.parse(p.backTo) < now) return { kind: 'end', label: 'passes.lapsed' }
  return p.vouched ? undefined : { kind: 'no', label: 'passes.unvouched' }
}
