export const severities = [1, 2, 3, 4] as const
export type Severity = (typeof severities)[number]

export function severityOf(n: number): Severity {
  return n === 1 || n === 2 || n === 3 ? n : 4
}
