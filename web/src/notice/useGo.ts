import { useRouter } from 'vue-router'
import { useSession } from '../access/session'
import { useChosen } from '../incident/chosen'
import { readIncident } from '../incident/client'

// useGo opens the page where something is done, in the incident that it belongs to. One that is closed stands in the top bar
// as long as it is looked at.
export function useGo() {
  const router = useRouter()
  const session = useSession()
  const chosen = useChosen()
  return async (page: string, incident?: string) => {
    if (incident && session.may('incident.see')) {
      if (chosen.list.some((i) => i.id === incident)) chosen.choose(incident)
      else await readIncident(incident).then(chosen.meet, () => undefined) // the page says what is wrong
    }
    await router.push(page)
  }
}
