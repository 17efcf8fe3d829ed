import { plateOfCode } from '../pass/token'

// The plate that a text names, as it is kept: of the code of a pass, read without checking its signature (a desk looks a
// team up by it and decides nothing), or the text itself.
export function plateIn(text: string): string {
  const said = plateOfCode(text)
  return said || text.trim().toUpperCase().replace(/[·•・.\s-]/g, '')
}
