/** What is said of cells and regions after some edits: the marks, played one after the other. */
import {
  type CellFacts,
  isCellMark,
  isSameRegion,
  type Mark,
  NOTHING_SAID,
  type Region,
} from "./marks.ts";

export class Facts {
  readonly #cells = new Map<number, CellFacts>();
  readonly #regions = new Map<string, Region>();
  #hasSaidAmbiguous = false;

  /** The same facts, to go on from. */
  copy(): Facts {
    const copy = new Facts();
    for (const [label, facts] of this.#cells) copy.#cells.set(label, facts);
    for (const [id, region] of this.#regions) copy.#regions.set(id, region);
    copy.#hasSaidAmbiguous = this.#hasSaidAmbiguous;
    return copy;
  }

  /** Whether any cell is ambiguous, or was. */
  get hasSaidAmbiguous(): boolean {
    return this.#hasSaidAmbiguous;
  }

  /** The regions that are set aside, by id, in the order in which they came. */
  get regions(): ReadonlyMap<string, Region> {
    return this.#regions;
  }

  ofCell(label: number): CellFacts {
    return this.#cells.get(label) ?? NOTHING_SAID;
  }

  /** Whether everything is as the mark says that it was. */
  standAsBefore(mark: Mark): boolean {
    if (!isCellMark(mark)) {
      return isSameRegion(this.#regions.get(mark.region) ?? null, mark.before);
    }
    const expected = Object.entries(mark.before) as [keyof CellFacts, unknown][];
    return mark.labels.every((label) => {
      const facts = this.ofCell(label);
      return expected.every(([name, value]) => facts[name] === value);
    });
  }

  /** Say what the mark says. */
  apply(mark: Mark): void {
    if (isCellMark(mark)) {
      this.#hasSaidAmbiguous ||= mark.after.is_ambiguous === true;
      for (const label of mark.labels) {
        this.#cells.set(label, { ...this.ofCell(label), ...mark.after });
      }
    } else if (mark.after === null) this.#regions.delete(mark.region);
    else this.#regions.set(mark.region, mark.after);
  }
}
