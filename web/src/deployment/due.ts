// Whole minutes from one moment to another, rounded down; negative when it has passed. A deadline that is not set is far.
export function minutesBetween(from: number, to: string | undefined): number {
  const at = Date.parse(to ?? '')
  return hasTime(to) ? Math.floor((at - from) / 60_000) : Number.POSITIVE_INFINITY
}

// An event names a time that is not set as the year 1.
export function hasTime(at: string | undefined): boolean {
  const ms = Date.parse(at ?? '')
  return Number.isFinite(ms) && ms > 0
}
