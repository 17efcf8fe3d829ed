// How a bar of a need is drawn: what is approved, what this team brings, what waits, and where the need ends.
import type { MatchLine } from '../api/types'

export interface Bar { committed: number; ours: number; offered: number; mark: number } // per cent of its length

// What goes beyond twice the need is not drawn: the words beside it say how many.
export function barOf(l: Pick<MatchLine, 'wanted' | 'committed' | 'ours' | 'offered'>): Bar | undefined {
  if (!l.wanted || l.wanted < 1) return undefined
  const whole = Math.max(l.wanted, Math.min(l.committed + l.ours + l.offered, 2 * l.wanted))
  let room = whole
  const part = (n: number) => {
    const takes = Math.min(n, room)
    room -= takes
    return (100 * takes) / whole
  }
  return { committed: part(l.committed), ours: part(l.ours), offered: part(l.offered), mark: (100 * l.wanted) / whole }
}
