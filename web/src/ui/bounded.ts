// The server counts what waits up to ten thousand: from there on a figure is at least that.
const most = 10_000
export const bounded = (n: number): string => (n < most ? String(n) : `${most}+`)
