import { onBeforeUnmount, ref, shallowRef, watch, type Ref } from 'vue'
import { ApiError } from '../api/http'
import type { Board, CourseRow, Directive, Handover, IncidentDetail } from '../api/types'
import { coalesce } from '../live/coalesce'
import { useLive } from '../live/store'
import { listDirectives, listHandovers, readBoard, readCourse, readIncident } from './client'
import { joinCourse } from './steps'

const waitMs = 300
const pageSize = 50
// What moves a count of the nine steps or a row of the course.
const kinds = ['incident', 'handover', 'directive', 'report', 'need', 'instruction', 'offer', 'pass', 'support', 'enquiry', 'site', 'party', 'summary', 'mission', 'withdrawal']

// useIncident holds all that a page shows of one incident and reads again what a change may have touched.
export function useIncident(id: Ref<string>) {
  const live = useLive()
  const detail = ref<IncidentDetail>()
  const board = ref<Board>()
  const handovers = ref<Handover[]>([])
  const directives = ref<Directive[]>([])
  const course = shallowRef<CourseRow[]>()
  const courseEnd = ref(false)
  const readAt = ref(0)
  const error = shallowRef<ApiError>()
  let turn = 0

  const asError = (e: unknown) => (e instanceof ApiError ? e : new ApiError(0, {}))

  async function load(): Promise<void> {
    const mine = ++turn
    if (!id.value) return
    try {
      const [d, b, h, z, c] = await Promise.all([readIncident(id.value), readBoard(id.value), listHandovers(id.value), listDirectives(id.value), readCourse(id.value, 0, pageSize)])
      if (mine !== turn) return
      // An answer of a command may have come in between; the newer one stays.
      if (detail.value?.id !== d.id || d.version >= detail.value.version) detail.value = d
      board.value = b
      handovers.value = h
      directives.value = z
      const before = course.value ?? []
      course.value = joinCourse(before, c).rows
      if (!before.length || course.value === c) courseEnd.value = ends(c)
      error.value = undefined
      readAt.value = Date.now()
    } catch (e) {
      if (mine === turn) error.value = asError(e)
    }
  }

  // The server leaves out rows that one may not see, so a short page is not the end; an empty one is, and the row that
  // an incident begins with.
  const ends = (rows: CourseRow[]) => !rows.length || rows.at(-1)!.verb === 'incident.recorded'

  async function older(): Promise<void> {
    const last = course.value?.at(-1)
    if (!last) return
    try {
      const more = await readCourse(id.value, last.seq, pageSize)
      // New rows in front do no harm; another incident, or a list begun anew, does.
      if (course.value?.at(-1) !== last) return
      courseEnd.value = ends(more)
      course.value = [...(course.value ?? []), ...more]
    } catch (e) {
      error.value = asError(e)
    }
  }

  const again = coalesce(load, waitMs)
  const stop = live.listen({
    change(c) {
      if (kinds.includes(c.kind) && (c.kind !== 'incident' || c.id === id.value)) again()
    },
    gone(g) {
      if (g.kind === 'incident' && g.id === id.value) again()
    },
    resync: again,
  })
  watch(id, () => {
    detail.value = board.value = course.value = undefined
    handovers.value = []
    directives.value = []
    courseEnd.value = false
    error.value = undefined
    void load()
  }, { immediate: true })
  onBeforeUnmount(() => {
    turn++
    again.stop()
    stop()
  })

  function put(d: IncidentDetail): void {
    detail.value = d
    again()
  }
  function putHandovers(list: Handover[]): void {
    handovers.value = list
    again()
  }
  function putDirectives(list: Directive[]): void {
    directives.value = list
    again()
  }
  return { detail, board, handovers, directives, course, courseEnd, readAt, error, load, older, put, putHandovers, putDirectives }
}
