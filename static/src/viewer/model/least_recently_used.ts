/** Keeps the values used last, up to a budget of bytes; `keep` protects what is on the screen. */
export class LeastRecentlyUsed<V> {
  readonly #entries = new Map<string, { value: V; bytes: number }>();
  readonly #budget: number;
  readonly #onEvict: (key: string, value: V) => void;
  #bytes = 0;

  constructor(budget: number, onEvict: (key: string, value: V) => void = () => {}) {
    this.#budget = budget;
    this.#onEvict = onEvict;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    // A Map keeps the order of insertion, so the first entry is always the one unused longest.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  peek(key: string): V | undefined {
    return this.#entries.get(key)?.value;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  set(key: string, value: V, bytes: number): void {
    this.#forget(key);
    this.#entries.set(key, { value, bytes });
    this.#bytes += bytes;
  }

  delete(key: string): void {
    const value = this.peek(key);
    if (value === undefined) return;
    this.#forget(key);
    this.#onEvict(key, value);
  }

  /** Drop the values unused longest until the budget holds, except those that `keep` names. */
  trim(keep: (key: string) => boolean = () => false): void {
    for (const [key, { value }] of this.#entries) {
      if (this.#bytes <= this.#budget) return;
      if (keep(key)) continue;
      this.#forget(key);
      this.#onEvict(key, value);
    }
  }

  clear(): void {
    for (const key of [...this.#entries.keys()]) this.delete(key);
  }

  values(): V[] {
    return [...this.#entries.values()].map((entry) => entry.value);
  }

  #forget(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }
}
