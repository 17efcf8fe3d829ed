// A kilometre mark as it stands beside the road: K1123+500. The server keeps metres; -1 is one that was not said.
export function markOf(metres: number): string {
  return metres < 0 ? '' : `K${Math.floor(metres / 1000)}+${String(metres % 1000).padStart(3, '0')}`
}

// readMark is the metres of what a person wrote: K1123+500, 1123+500, K1123, 1123; undefined when it is none.
export function readMark(text: string): number | undefined {
  const m = /^K?(\d{1,4})(?:\+(\d{3}))?$/i.exec(text.replace(/\s/g, ''))
  return m ? Number(m[1]) * 1000 + Number(m[2] ?? 0) : undefined
}
