import { ref } from 'vue'
import { incidentNames } from './client'

// Names of incidents that a grant is bound to, read once; one that does not run any more keeps its id.
const names = ref<Record<string, string>>({})
let asked = false // who may not read them sees the id

export function incidentName(id: string): string {
  if (!asked) {
    asked = true
    incidentNames().then((list) => (names.value = Object.fromEntries(list.map((i) => [i.id, `${i.number} ${i.name}`]))), () => undefined)
  }
  return names.value[id] ?? id
}
