// coalesce makes one call of many: the first waits for those right behind it, and what comes while a call runs leads to
// one more after it. So a page asks again soon, but never once for each event.
export function coalesce(run: () => Promise<unknown>, waitMs: number): (() => void) & { stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  let busy = false
  let more = false
  let stopped = false

  async function fire() {
    timer = undefined
    busy = true
    more = false
    await run().catch(() => undefined)
    busy = false
    if (more && !stopped) timer = setTimeout(() => void fire(), waitMs)
  }
  function ask() {
    if (stopped || timer) return
    if (busy) more = true
    else timer = setTimeout(() => void fire(), waitMs)
  }
  ask.stop = () => {
    stopped = true
    clearTimeout(timer)
  }
  return ask
}
