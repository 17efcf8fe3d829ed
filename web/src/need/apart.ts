// What a reader has judged to be no duplicate is hidden from this reader for as long as the tab is open. It decides
// nothing: others still see the pair.
const most = 500

const keyOf = (reader: string) => 'ly.apart.' + reader
const pairOf = (a: string, b: string) => (a < b ? a + '|' + b : b + '|' + a)

function read(reader: string): string[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(keyOf(reader)) ?? '[]')
    return Array.isArray(kept) ? kept.filter((x): x is string => typeof x === 'string') : []
  } catch {
    return []
  }
}
function write(reader: string, pairs: string[]): void {
  try {
    sessionStorage.setItem(keyOf(reader), JSON.stringify(pairs.slice(-most)))
  } catch {
    // Without storage the pair comes back; nothing is lost.
  }
}

export function keepApart(reader: string, a: string, b: string): void {
  const pair = pairOf(a, b)
  write(reader, [...read(reader).filter((p) => p !== pair), pair])
}

export function showAgain(reader: string, report: string): void {
  write(reader, read(reader).filter((p) => !p.split('|').includes(report)))
}

export function candidates<T extends { report: { id: string } }>(reader: string, report: string, all: T[]): T[] {
  const apart = new Set(read(reader))
  return all.filter((c) => !apart.has(pairOf(report, c.report.id)))
}
