// Marked is a text in parts, those that a search asked for marked: its words as the server finds them, with blanks and marks
// between their letters or without.
export interface Marked {
  text: string
  on: boolean
}

const letters = (word: string) => [...word].filter((c) => /[\p{L}\p{N}]/u.test(c))

// Findable says whether the server finds by it: one word has two letters or digits.
export function findable(query: string): boolean {
  return query.split(/\s+/).some((w) => letters(w).length > 1)
}

export function marked(text: string, query: string): Marked[] {
  const words = query.split(/\s+/).map((w) => letters(w).join('[^\\p{L}\\p{N}]*')).filter(Boolean)
  if (!words.length) return [{ text, on: false }]
  return text
    .split(new RegExp(`(${words.join('|')})`, 'iu'))
    .map((part, i) => ({ text: part, on: i % 2 === 1 }))
    .filter((part) => part.text)
}
