import { useRouter } from 'vue-router'
import { useSession } from '../access/session'
import { useChosen } from '../incident/chosen'

// useGo opens the page where something is done, in the incident that it belongs to.
export function useGo() {
  const router = useRouter()
  const session = useSession()
  const chosen = useChosen()
  return (page: string, incident?: string) => {
    if (incident && session.may('incident.see') && chosen.list.some((i) => i.id === incident)) chosen.choose(incident)
    void router.push(page)
  }
}
