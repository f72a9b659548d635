/** Fresh label numbers, taken from ranges of the server so that two people never use the same. */

export interface LabelRange {
  readonly start: number;
  readonly stop: number;
}

const REFILL_BELOW = 24;
const RANGE_SIZE = 64;

export class LabelPool {
  readonly #request: (count: number) => Promise<LabelRange>;
  readonly #labels: number[] = [];
  #refill: Promise<void> | null = null;

  constructor(request: (count: number) => Promise<LabelRange>) {
    this.#request = request;
  }

  get size(): number {
    return this.#labels.length;
  }

  /** Take a label; null when none is left, which is so only while the server cannot be reached. */
  take(): number | null {
    const label = this.#labels.shift() ?? null;
    this.refillInBackground();
    return label;
  }

  /** Give back a label that was taken and not used. */
  giveBack(label: number): void {
    this.#labels.unshift(label);
  }

  /** Ask for more when few are left; a failure is found out by the next one who needs a label. */
  refillInBackground(): void {
    if (this.size < REFILL_BELOW) this.#fill(RANGE_SIZE).catch(() => {});
  }

  /** Make sure that `count` labels are there; rejects when the server cannot be reached. */
  async ensure(count: number): Promise<void> {
    while (this.size < count) await this.#fill(RANGE_SIZE);
  }

  #fill(count: number): Promise<void> {
    this.#refill ??= this.#request(count)
      .then(({ start, stop }) => {
        for (let label = start; label < stop; label++) this.#labels.push(label);
      })
      .finally(() => {
        this.#refill = null;
      });
    return this.#refill;
  }
}
