// What somebody is writing stays on this machine until it is saved: a reload or a lost network takes nothing.
export interface Draft { words: string; version: number; at: number }

const key = (incident: string, section: string) => `ly.summary.${incident}.${section}`

export function keepDraft(incident: string, section: string, draft: Draft): boolean {
  try {
    localStorage.setItem(key(incident, section), JSON.stringify(draft))
    return true
  } catch {
    return false
  }
}

export function readDraft(incident: string, section: string): Draft | undefined {
  try {
    const d = JSON.parse(localStorage.getItem(key(incident, section)) ?? 'null') as Partial<Draft> | null
    return d && typeof d.words === 'string' && typeof d.version === 'number' && typeof d.at === 'number' ? { words: d.words, version: d.version, at: d.at } : undefined
  } catch {
    return undefined
  }
}

export function dropDraft(incident: string, section: string): void {
  try {
    localStorage.removeItem(key(incident, section))
  } catch {
    // Without storage nothing was kept.
  }
}
