/** A value that tells its listeners when it changes. */
export class Signal<T> {
  readonly #listeners = new Set<(value: T) => void>();
  #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    this.#emit();
  }

  /** Make the next value from the present one. */
  update(change: (value: T) => T): void {
    this.set(change(this.#value));
  }

  /** Call the listener at every change; returns the function that ends it. */
  listen(listener: (value: T) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Like `listen`, and call the listener once with the present value. */
  follow(listener: (value: T) => void): () => void {
    listener(this.#value);
    return this.listen(listener);
  }

  #emit(): void {
    for (const listener of [...this.#listeners]) listener(this.#value);
  }
}

/** Something that happens, with what it carries. */
export class Happening<T> {
  readonly #listeners = new Set<(detail: T) => void>();

  listen(listener: (detail: T) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(detail: T): void {
    for (const listener of [...this.#listeners]) listener(detail);
  }
}
