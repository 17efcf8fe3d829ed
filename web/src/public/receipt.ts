// A receipt is 12 random characters and a check character in Crockford's alphabet, written 7K3M-92QX-4T8W-5.
// The check itself is the server's business; here input is only tidied.
export const receiptLength = 13
const alphabet = /[0-9A-HJKMNP-TV-Z]/

export type ReceiptFault = { key: 'groupBad' | 'groupShort' | 'groupLong'; group: number; char: string; n: number }

export function tidyReceipt(input: string): string {
  return input
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\-‐-―−_.·]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')
}

export function formatReceipt(input: string): string {
  return groupsOf(input).join('-')
}

export function groupsOf(input: string): string[] {
  const tidy = tidyReceipt(input)
  const groups: string[] = []
  for (let i = 0; i < tidy.length && groups.length < 3; i += 4) groups.push(tidy.slice(i, i + 4))
  if (tidy.length > 12) groups.push(tidy.slice(12))
  return groups
}

export function receiptFault(input: string): ReceiptFault | undefined {
  const groups = groupsOf(input)
  for (let i = 0; i < groups.length; i++) {
    const char = Array.from(groups[i]!).find((c) => !alphabet.test(c))
    if (char) return { key: 'groupBad', group: i + 1, char, n: 0 }
  }
  const length = tidyReceipt(input).length
  if (length > receiptLength) return { key: 'groupLong', group: 4, char: '', n: length - receiptLength }
  if (length < receiptLength) {
    const group = Math.min(4, Math.floor(length / 4) + 1)
    const want = group === 4 ? 1 : 4
    return { key: 'groupShort', group, char: '', n: want - (group === 4 ? 0 : length % 4) }
  }
  return undefined
}
