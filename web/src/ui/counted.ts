import type { MessageContext, MessageFunction } from 'vue-i18n'

// In English a noun follows its number: of "{n} [team|teams]" a page shows "1 team" and "2 teams". The pair stands behind
// the slot whose number it follows; without one before it, it follows n.
const pair = /\{(\w+)\}|\[([^|\]]+)\|([^\]]+)\]/g

type Tree = { [key: string]: string | Tree }
export type Counted = { [key: string]: string | MessageFunction<string> | Counted }

function follow(text: string): MessageFunction<string> {
  return (say: MessageContext<string>) => {
    let n = say.named('n')
    return text.replace(pair, (_, slot: string | undefined, one: string, many: string) => {
      if (!slot) return Number(n) === 1 ? one : many
      n = say.named(slot)
      return String(n ?? '')
    })
  }
}

// counted makes the texts with such pairs ready for vue-i18n and leaves the others as they are.
export function counted(tree: Tree): Counted {
  return Object.fromEntries(Object.entries(tree).map(([key, text]) => [key, typeof text === 'object' ? counted(text) : /\[[^\]]+\|/.test(text) ? follow(text) : text]))
}
