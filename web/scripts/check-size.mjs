// Weighs what each face loads before its map, in gzip bytes, against the budgets (ADR 17); fails when one is over.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))

// What comes later than a page: the map libraries, the decoder for the camera of a gate, which only a browser without its
// own one asks for, and the words of the other language.
const isLate = (key) => /ui\/map\/(maplibre|leaflet)\.ts$|jsqr|locale\/en\.json$/i.test(key)
const faces = [
  { name: 'public report', entry: 'index.html', html: 'index.html', budget: 100 * 1024 },
  { name: 'public receipt', entry: 'receipt.html', html: 'receipt.html', budget: 100 * 1024 },
  { name: 'staff', entry: 'app/index.html', html: 'app/index.html', budget: 400 * 1024, all: 600 * 1024 },
]

// filesOf is what an entry or a page needs: what it imports, and, unless only is set, what that asks for later. What seen
// holds is there already, with all it may ask for; what is visited is added.
function filesOf(entry, only = false, seen = new Set()) {
  const files = new Set()
  const visit = (key) => {
    if (seen.has(key) || isLate(key)) return
    seen.add(key)
    const chunk = manifest[key]
    if (!chunk) return
    files.add(chunk.file)
    for (const css of chunk.css ?? []) files.add(css)
    for (const next of [...(chunk.imports ?? []), ...(only ? [] : (chunk.dynamicImports ?? []))]) visit(next)
  }
  visit(entry)
  return files
}

const sizes = new Map()
function weigh(files) {
  let sum = 0
  for (const f of files) {
    if (!sizes.has(f)) sizes.set(f, gzipSync(readFileSync(new URL(f, dist))).length)
    sum += sizes.get(f)
  }
  return sum
}
const kb = (n) => (n / 1024).toFixed(1)

let over = false
function say(what, total, budget) {
  over ||= total > budget
  console.log(`${what}: ${kb(total)} of ${budget / 1024} KB gzip${total > budget ? '  OVER' : ''}`)
}
for (const face of faces) {
  const every = new Set([...filesOf(face.entry), face.html])
  if (!face.all) {
    say(face.name, weigh(every), face.budget)
    continue
  }
  // A page of the workbench is loaded when it is opened: the budget is what the browser has fetched then, in one language.
  const there = new Set()
  const frame = [...filesOf(face.entry, true, there), ...filesOf('src/app/locale/zh-CN.json', true, there), face.html]
  const pages = Object.keys(manifest).filter((k) => /^src\/.*(Page|NoGrant)\.vue$/.test(k) && manifest[k].isDynamicEntry)
  const weights = pages.map((page) => [page, weigh(new Set([...frame, ...filesOf(page, false, new Set(there))]))]).sort((x, y) => y[1] - x[1])
  if (!weights.length) throw new Error('no page found in the manifest')
  say(`${face.name}, its heaviest page (${weights[0][0]})`, weights[0][1], face.budget)
  say(`${face.name}, all ${pages.length} pages together`, weigh(every), face.all)
}
process.exitCode = over ? 1 : 0
