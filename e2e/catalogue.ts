import { readFileSync } from 'node:fs'
import { join } from 'node:path'

// What people read comes from the catalogues of the pages and from the state tables of the server, in either language.

export type Language = 'zh-CN' | 'en'

interface Table {
  states: { key: string; label: string; labelEn: string }[]
  moves: { verb: string; label: string; labelEn: string }[]
}
type Tree = { [key: string]: string | Tree }

const root = join(import.meta.dirname, '..')
const json = <T>(path: string) => JSON.parse(readFileSync(join(root, path), 'utf8')) as T
const tables = json<Record<string, Table>>('api/lifecycles.golden.json')

/** The words of one language. A key that does not exist is an error, as it would be for the pages. */
export interface Catalogue {
  /** A text as it stands, with its slots filled. */
  t(key: string, slots?: Record<string, string | number>): string
  /** Any text that a key makes, whatever fills the slots that are not given. */
  like(key: string, slots?: Record<string, string | number>): RegExp
  /** A text that begins with this one: a tab with its count, a heading with its number. */
  begins(key: string): RegExp
  /** A state of a life cycle, as its mark says it. */
  state(machine: string, key: string): string
  /** A verb of a life cycle, as its button says it. */
  move(machine: string, verb: string): string
}

/** Every text of the system itself in one language that stands for itself, without slots. */
export function wholeTexts(language: Language): Set<string> {
  const texts = (tree: Tree): string[] => Object.values(tree).flatMap((x) => (typeof x === 'string' ? [x] : texts(x)))
  const labels = Object.values(tables as Record<string, Table | Table['states']>).flatMap((m) => (Array.isArray(m) ? m : [...m.states, ...m.moves]).map((x) => (language === 'en' ? x.labelEn : x.label)))
  const all = ['app', 'public', 'ui'].flatMap((face) => texts(json<Tree>(`web/src/${face}/locale/${language}.json`)))
  return new Set([...all.filter((text) => !text.includes('{')), ...labels])
}

export function catalogue(language: Language): Catalogue {
  const trees = ['app', 'public', 'ui'].map((face) => json<Tree>(`web/src/${face}/locale/${language}.json`))
  const [app, open, ui] = trees as [Tree, Tree, Tree]
  const label = (x: { label: string; labelEn: string } | undefined, what: string) => {
    if (!x) throw new Error(`no state table has ${what}`)
    return language === 'en' ? x.labelEn : x.label
  }
  // "public:" before a key names the catalogue of the public pages; the others share one with the parts of both.
  const message = (key: string) => {
    const [face, path] = key.startsWith('public:') ? [[open, ui], key.slice('public:'.length)] : [[app, ui], key]
    for (const tree of face) {
      const found = path.split('.').reduce<string | Tree | undefined>((at, k) => (typeof at === 'object' ? at[k] : undefined), tree)
      if (typeof found === 'string') return found
    }
    throw new Error(`no text ${key} in ${language}`)
  }
  // A noun follows the number before it, as in web/src/ui/counted.ts.
  const fill = (text: string, slots: Record<string, string | number> = {}) => {
    let n = slots.n
    return text.replace(/\{(\w+)\}|\[([^|\]]+)\|([^\]]+)\]/g, (all, slot: string | undefined, one: string, many: string) => {
      if (slot) n = slots[slot]
      if (slot) return n === undefined ? all : String(n)
      return n === undefined ? all : Number(n) === 1 ? one : many
    })
  }
  const pattern = (text: string) =>
    text.split(/(\{\w+\}|\[[^|\]]+\|[^\]]+\])/).map((part, i) => (i % 2 ? '.*' : part.replace(/[.*+?^$(){}|[\]\\]/g, '\\$&'))).join('')
  return {
    t: (key, slots) => fill(message(key), slots),
    like: (key, slots) => new RegExp(pattern(fill(message(key), slots))),
    begins: (key) => new RegExp('^' + pattern(message(key))),
    state: (machine, key) => label(tables[machine]?.states.find((s) => s.key === key), `${machine} ${key}`),
    move: (machine, verb) => label(tables[machine]?.moves.find((m) => m.verb === verb), `${machine} ${verb}`),
  }
}
