import { computed } from 'vue'
import { useRoute } from 'vue-router'
import { useChosen } from './chosen'

// Which incident a list follows. In a drill: nothing but the drill. Otherwise everything in earnest, or on request (`of`
// in the address, or a figure of an incident) the chosen incident alone: a cry for help that has joined none yet must not
// drop out of sight.
export function useScope() {
  const route = useRoute()
  const chosen = useChosen()
  const drill = computed(() => chosen.one?.drill === true)
  const narrowed = computed(() => drill.value || (!!chosen.one && (route.query.of === 'incident' || !!route.query.figure)))
  const incident = computed(() => (narrowed.value ? chosen.id : ''))
  const query = computed(() => (incident.value ? { incident: incident.value } : {}))
  const holds = (row: { incident?: string; drill: boolean }) => (incident.value ? row.incident === incident.value : !row.drill)
  return { drill, narrowed, incident, query, holds }
}
