export interface Change {
  position: number
  verb: string
  kind: string
  id: string
  place: string
  version: number
  at: string
  by: string
  row?: Record<string, unknown>
}

export interface Gone {
  kind: string
  id: string
}

export type LinkState = 'connecting' | 'live' | 'down' | 'signed_out'

// What the one connection of a browser tells its pages.
export type LiveMessage =
  | { type: 'state'; state: LinkState; since: number; serverNow?: number }
  | { type: 'change'; change: Change }
  | { type: 'gone'; gone: Gone }
  | { type: 'bye'; reason: string }
  | { type: 'resync' } // a gap that replay cannot close: read the lists again

// What a page tells the connection. It says hello with the position of the journal before which it has read nothing: what
// was written since then is news to it.
export type PageMessage = { type: 'retry' } | { type: 'doubt' } | { type: 'leave' } | { type: 'hello'; from: number }
