// Every key used exists in both languages, no key is unused, both say the same placeholders, and no Chinese stands
// outside the catalogues.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const src = join(import.meta.dirname, '..', 'src')
const problems = []

const files = (dir) =>
  readdirSync(dir, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? files(join(dir, e.name)) : [join(dir, e.name)]))
const code = files(src).filter((f) => /\.(vue|ts)$/.test(f) && !/\.test\.ts$/.test(f) && !f.endsWith('schema.d.ts'))

function flat(tree, prefix = '', out = new Map()) {
  for (const [k, v] of Object.entries(tree)) {
    if (typeof v === 'string') out.set(prefix + k, v)
    else flat(v, prefix + k + '.', out)
  }
  return out
}
const read = (folder, lang) => flat(JSON.parse(readFileSync(join(src, folder, 'locale', lang + '.json'), 'utf8')))
const catalogues = Object.fromEntries(['ui', 'public', 'app'].map((f) => [f, { zh: read(f, 'zh-CN'), en: read(f, 'en') }]))

const slots = (s) => [...s.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort().join()
for (const [folder, { zh, en }] of Object.entries(catalogues)) {
  for (const [k, v] of zh) {
    if (!en.has(k)) problems.push(`${folder}: "${k}" is missing in en`)
    else if (slots(v) !== slots(en.get(k))) problems.push(`${folder}: "${k}" has other placeholders in en`)
    if (!v.trim()) problems.push(`${folder}: "${k}" is empty`)
  }
  for (const k of en.keys()) if (!zh.has(k)) problems.push(`${folder}: "${k}" is missing in zh-CN`)
}

// Which catalogues a source file may use: the public face its own, the staff pages theirs, shared parts those of ui.
function allowed(file) {
  const top = relative(src, file).split('/')[0]
  if (top === 'public') return ['public', 'ui']
  return ['app', 'ui']
}

const used = { ui: new Set(), public: new Set(), app: new Set() }
for (const file of code) {
  const text = readFileSync(file, 'utf8')
  const where = relative(src, file)
  const folders = allowed(file)
  const use = (test, shown) => {
    let hit = false
    for (const folder of folders)
      for (const k of catalogues[folder].zh.keys())
        if (test(k)) {
          used[folder].add(k)
          hit = true
        }
    if (!hit) problems.push(`${where}: no key for ${shown}`)
  }
  // t('a.b') and t(x ? 'a' : 'b'): every plain string inside the call that looks like a key.
  for (const call of text.matchAll(/\b(?:t|te)\(/g)) {
    const args = argument(text, call.index + call[0].length)
    for (const s of args.matchAll(/'([A-Za-z][\w]*(?:\.[\w]+)*)'/g)) {
      const before = args.slice(0, s.index).trimEnd()
      if (/(===|!==)$/.test(before) || /^\s*(===|!==)/.test(args.slice(s.index + s[0].length))) continue
      use((k) => k === s[1], `'${s[1]}'`)
    }
    for (const s of args.matchAll(/`([^`]*)`/g)) {
      const pattern = new RegExp('^' + s[1].split(/\$\{[^}]*\}/).map((p) => p.replace(/\./g, '\\.')).join('[\\w\\p{Script=Han}]+') + '$', 'u')
      use((k) => pattern.test(k), '`' + s[1] + '`')
    }
    for (const s of args.matchAll(/^([\w.]+\.key)\b/g)) {
      // A computed key: the module that makes it lists the keys in its type, so mark those literals as used.
      void s
      for (const lit of text.matchAll(/'(\w+)'/g)) mark(folders, lit[1])
    }
  }
  for (const lit of text.matchAll(/key: '([\w.]+)'|\bkey: ((?:'[\w.]+'(?: \| )?)+)/g))
    for (const one of (lit[1] ?? lit[2]).matchAll(/[\w.]+/g)) mark(folders, one[0])
  const chinese = text.replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, '').match(/[\u4e00-\u9fff]+/)
  if (chinese) problems.push(`${where}: Chinese outside the catalogues: ${chinese[0]}`)
}

function mark(folders, key) {
  for (const f of folders) if (catalogues[f].zh.has(key)) used[f].add(key)
}

// The first argument of a call, up to the comma or bracket that ends it.
function argument(text, from) {
  let depth = 0
  for (let i = from; i < text.length; i++) {
    const c = text[i]
    if (c === "'" || c === '`' || c === '"') {
      const end = text.indexOf(c, i + 1)
      i = end < 0 ? text.length : end
    } else if ('([{'.includes(c)) depth++
    else if (')]}'.includes(c)) {
      if (depth-- === 0) return text.slice(from, i)
    } else if (c === ',' && depth === 0) return text.slice(from, i)
  }
  return text.slice(from)
}

for (const [folder, { zh }] of Object.entries(catalogues))
  for (const k of zh.keys()) if (!used[folder].has(k)) problems.push(`${folder}: "${k}" is not used`)

const count = Object.values(catalogues).reduce((n, c) => n + c.zh.size, 0)
if (problems.length) {
  console.error(problems.join('\n'))
  process.exitCode = 1
} else console.log(`${count} texts in zh-CN and en, all used, none missing`)
