// Proof of work: only in a flood, and never so that somebody waits for it (ADR 19).
//
// In a flood every answer of the public operations brings a challenge; in calm there is none, and nothing here runs.
import { sha256 } from '@noble/hashes/sha2.js'
import { hexToBytes } from '@noble/hashes/utils.js'
import { recall, remember } from './memory'

export const proofHeader = 'Lianyuan-Proof'

const key = 'ly.proof'
const within = 1000 // milliseconds that a cry for help waits at most; without a proof the report is taken too
const slice = 12 // milliseconds at a time: the page goes on moving
const form = /^\d{1,12}\.(\d{1,2})\.([0-9a-f]{32})$/

// What was heard last is kept on the phone: a report that waited without network goes out before anything else is asked.
export function hear(challenge: string | null): void {
  if ((challenge ?? '') === (recall(key) ?? '')) return
  remember(key, challenge)
  done = undefined
}

let done: { report: string; proof: string } | undefined

// The number that was found for a report, behind its challenge; '' in calm, or when it took too long.
export async function prove(report: string, clock: () => number = () => performance.now()): Promise<string> {
  const challenge = recall(key) ?? ''
  const [, bits, hash] = form.exec(challenge) ?? []
  if (!bits || !hash) return ''
  if (done?.report === report) return done.proof
  const number = await find(hexToBytes(hash + report.replace(/-/g, '')), Number(bits), clock() + within, clock)
  if (number < 0) return ''
  done = { report, proof: `${challenge}.${number}` }
  return done.proof
}

async function find(head: Uint8Array, bits: number, end: number, clock: () => number): Promise<number> {
  const base = sha256.create().update(head)
  const tail = new Uint8Array(4)
  const view = new DataView(tail.buffer)
  const sum = new Uint8Array(32)
  const begins = new DataView(sum.buffer)
  let work = base.clone()
  for (let number = 0; clock() < end; ) {
    for (const pause = clock() + slice; clock() < pause; ) {
      for (const stop = number + 32; number < stop; number++) {
        view.setUint32(0, number)
        work = base._cloneInto(work)
        work.update(tail).digestInto(sum)
        if (Math.clz32(begins.getUint32(0)) >= bits) return number
      }
    }
    await breath()
  }
  return -1
}

// Lets the page draw and answer. A timer would be held back in a page that is not in front.
function breath(): Promise<void> {
  return new Promise((go) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      go()
    }
    port2.postMessage(null)
  })
}
