// What Chrome 87 and Firefox 78 lack and our libraries or pages use. Imported before anything else by each entry.
export function at<T>(this: ArrayLike<T>, n: number): T | undefined {
  const i = Math.trunc(n) || 0
  return this[i < 0 ? this.length + i : i]
}
export function hasOwn(of: object, key: PropertyKey): boolean {
  return Object.prototype.hasOwnProperty.call(of, key)
}

function fill(of: object, name: string, value: unknown): void {
  if (!(name in of)) Object.defineProperty(of, name, { value, writable: true, configurable: true })
}
for (const of of [Array, String, Object.getPrototypeOf(Int8Array)] as { prototype: object }[]) fill(of.prototype, 'at', at)
fill(Object, 'hasOwn', hasOwn)
