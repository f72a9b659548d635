/** The kinds of cells that a project tells apart. */
import type { CellClassJson, ClassColor } from "./contract.ts";
import { Signal } from "./signal.ts";

/** As in styles/tokens.css: Okabe and Ito's colours and a gray. */
export const CLASS_COLORS: Readonly<Record<ClassColor, string>> = {
  orange: "#e69f00",
  sky: "#56b4e9",
  green: "#009e73",
  yellow: "#f0e442",
  purple: "#cc79a7",
  vermilion: "#d55e00",
  blue: "#0072b2",
  gray: "#c8d0d8",
};

/** What a cell without a class is called. */
export const JUST_A_CELL = "Cell";
/** A class that was made after this page was opened. */
const UNKNOWN_CLASS = "New class";

export class CellClasses {
  /** Grows whenever a manager has changed the classes. */
  readonly revision = new Signal(0);
  #byId: ReadonlyMap<string, CellClassJson> = new Map();
  #text = "";

  constructor(classes: readonly CellClassJson[]) {
    this.replace(classes);
  }

  /** Take over the classes as they are now. */
  replace(classes: readonly CellClassJson[]): void {
    const text = JSON.stringify(classes);
    if (text === this.#text) return;
    this.#text = text;
    this.#byId = new Map(classes.map((cellClass) => [cellClass.id, cellClass]));
    this.revision.update((value) => value + 1);
  }

  /** Those that can be given to cells. */
  get offered(): CellClassJson[] {
    return [...this.#byId.values()].filter(({ is_removed }) => !is_removed);
  }

  /** Those that cells may have: removed ones too. */
  get all(): CellClassJson[] {
    return [...this.#byId.values()];
  }

  nameOf(id: string | null): string {
    return id === null ? JUST_A_CELL : (this.#byId.get(id)?.name ?? UNKNOWN_CLASS);
  }

  colorOf(id: string): string | null {
    const color = this.#byId.get(id)?.color;
    return color === undefined ? null : CLASS_COLORS[color];
  }
}
