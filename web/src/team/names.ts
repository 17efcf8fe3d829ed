import { reactive } from 'vue'
import { teamNames } from './client'

// Names of teams by id, asked for once, some at a time; until the answer comes a team keeps its id.
const known = reactive(new Map<string, string>())
const asked = new Set<string>()
const wanted = new Set<string>()
let waiting = false

async function ask() {
  waiting = false
  const id = [...wanted].slice(0, 100)
  id.forEach((x) => wanted.delete(x))
  if (wanted.size) later()
  try {
    for (const x of (await teamNames({ id })).items) known.set(x.id, x.name)
  } catch {
    // The id stays.
  }
}
function later() {
  if (waiting) return
  waiting = true
  queueMicrotask(() => void ask())
}

export function teamName(id: string): string {
  if (!asked.has(id)) {
    asked.add(id)
    wanted.add(id)
    later()
  }
  return known.get(id) ?? id
}
