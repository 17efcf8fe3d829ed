import { http, take } from '../api/http'
import type { Page, TeamNeed } from '../api/types'

export function nearbyNeeds(at: { lon: number; lat: number } | undefined): Promise<Page<TeamNeed>> {
  return take(http.GET('/api/v1/team/needs', { params: { query: at ? { lon: at.lon, lat: at.lat } : {} } }))
}
