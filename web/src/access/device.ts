// deviceName makes "Chrome 120 · Windows" of a user agent; anything unknown is said to be unknown.
export function deviceName(agent: string, unknown: string): string {
  const browser = /(MicroMessenger|Edg|Firefox|Chrome)\/(\d+)/.exec(agent) ?? /(Version)\/(\d+).*Safari/.exec(agent)
  const names: Record<string, string> = { MicroMessenger: 'WeChat', Edg: 'Edge', Version: 'Safari' }
  const edge = /Edg\/(\d+)/.exec(agent)
  const found = edge ? 'Edge ' + edge[1] : browser ? (names[browser[1]!] ?? browser[1]) + ' ' + browser[2] : ''
  const system = ['Android', 'iPhone', 'iPad', 'HarmonyOS', 'Windows', 'Mac OS', 'Linux'].find((s) => agent.includes(s)) ?? ''
  return [found, system].filter(Boolean).join(' · ') || unknown
}
