// Weighs what each face loads before its map, in gzip bytes, against the budgets; fails when one is over.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))

// A face is its entry, everything that statically imports, and every page it may open, but not what comes later than the
// page: the map libraries, the decoder for the camera of a gate, which only a browser without its own one asks for, and
// the words of the other language.
const isLate = (key) => /ui\/map\/(maplibre|leaflet)\.ts$|jsqr|locale\/en\.json$/i.test(key)
const faces = [
  { name: 'public report', entry: 'index.html', html: 'index.html', budget: 100 * 1024 },
  { name: 'public receipt', entry: 'receipt.html', html: 'receipt.html', budget: 100 * 1024 },
  { name: 'staff', entry: 'app/index.html', html: 'app/index.html', budget: 400 * 1024 },
]

function filesOf(entry) {
  const files = new Set()
  const seen = new Set()
  const visit = (key) => {
    if (seen.has(key) || isLate(key)) return
    seen.add(key)
    const chunk = manifest[key]
    if (!chunk) return
    files.add(chunk.file)
    for (const css of chunk.css ?? []) files.add(css)
    for (const next of [...(chunk.imports ?? []), ...(chunk.dynamicImports ?? [])]) visit(next)
  }
  visit(entry)
  return files
}

let over = false
for (const face of faces) {
  const sizes = [...filesOf(face.entry), face.html].map((f) => [f, gzipSync(readFileSync(new URL(f, dist))).length])
  const total = sizes.reduce((sum, [, n]) => sum + n, 0)
  over ||= total > face.budget
  console.log(`${face.name}: ${(total / 1024).toFixed(1)} of ${face.budget / 1024} KB gzip${total > face.budget ? '  OVER' : ''}`)
  for (const [f, n] of sizes.sort((a, b) => b[1] - a[1])) console.log(`  ${(n / 1024).toFixed(1).padStart(7)}  ${f}`)
}
process.exitCode = over ? 1 : 0
