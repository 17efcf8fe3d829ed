import { http, take } from '../api/http'
import type { Parameter, ParameterIn } from '../api/types'

export async function listParameters(place: string): Promise<Parameter[]> {
  return (await take(http.GET('/api/v1/parameters', { params: { query: place ? { place } : {} } }))).items
}

export async function setParameter(body: ParameterIn): Promise<void> {
  await take(http.POST('/api/v1/parameters', { body }))
}
