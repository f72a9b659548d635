/** Saying what cells are: each verb makes one edit, as drawing does. */
import { onEighths, type Point } from "../model/geometry.ts";
import { type CellFacts, type CellMark, isSameRegion } from "../model/marks.ts";
import { randomUuid } from "../model/uuid.ts";
import type { Editing } from "./editing.ts";
import type { Workspace } from "./workspace.ts";

export const POINT_AT_A_CELL = "Point at a cell, or select some first.";
/** More corners than these tell nothing more. */
const MOST_CORNERS = 2000;

export class Marking {
  readonly #editing: Editing;
  /** The class that was given last; null takes a class away. */
  #lastClass: string | null | undefined = undefined;

  constructor(editing: Editing) {
    this.#editing = editing;
  }

  /** Give cells a class of the project; null makes them just cells. */
  classify(labels: readonly number[], classId: string | null): void {
    if (!this.#mayMark(labels)) return;
    this.#lastClass = classId;
    const name = this.#workspace.classes.nameOf(classId);
    const marks = this.#changes(labels, "class", classId);
    this.#editing.commit("classify", [], marks);
    this.#say(labels.length, marks.length === 0 ? "already" : "now", `“${name}”`);
  }

  /** Give cells the class that was given last. */
  classifyAgain(labels: readonly number[]): void {
    if (this.#lastClass !== undefined) this.classify(labels, this.#lastClass);
    else this.#workspace.say("info", "Give a class with Q first; then this key gives it again.");
  }

  /** Call cells ambiguous; if all of them are, not any more. True when they are now. */
  toggleAmbiguous(labels: readonly number[]): boolean {
    if (!this.#mayMark(labels)) return false;
    const { facts } = this.#workspace.document.objects;
    const isAmbiguous = !labels.every((label) => facts.ofCell(label).is_ambiguous);
    this.#editing.commit("ambiguous", [], this.#changes(labels, "is_ambiguous", isAmbiguous));
    this.#say(labels.length, isAmbiguous ? "now" : "no longer", "ambiguous");
    return isAmbiguous;
  }

  /** Set the inside of a polygon of the shown plane aside: its cells are not measured. */
  ignore(drawn: readonly Point[]): void {
    if (drawn.length < 3 || !this.#editing.mayEdit()) return;
    const { t, z } = this.#workspace;
    const step = Math.max(1, Math.ceil(drawn.length / MOST_CORNERS));
    const points = drawn.filter((_, index) => index % step === 0).map(onEighths);
    const after = { t: t.value, z: z.value, points };
    this.#editing.commit("ignore", [], [{ region: randomUuid(), before: null, after }]);
    this.#workspace.say("info", "Cells whose middle lies in this region are not measured.");
  }

  /** Give a region other corners. */
  moveRegion(region: string, points: readonly Point[]): void {
    const before = this.#workspace.document.objects.facts.regions.get(region);
    if (before === undefined || !this.#editing.mayEdit()) return;
    const after = { ...before, points };
    if (isSameRegion(before, after)) return;
    this.#editing.commit("ignore", [], [{ region, before, after }]);
  }

  /** Measure a region again. */
  stopIgnoring(region: string): void {
    const before = this.#workspace.document.objects.facts.regions.get(region);
    if (before === undefined || !this.#editing.mayEdit()) return;
    this.#editing.commit("ignore", [], [{ region, before, after: null }]);
    this.#workspace.say("info", "The region is measured again.");
  }

  get #workspace(): Workspace {
    return this.#editing.workspace;
  }

  #mayMark(labels: readonly number[]): boolean {
    if (labels.length === 0) this.#workspace.say("info", POINT_AT_A_CELL);
    return labels.length > 0 && this.#editing.mayEdit();
  }

  /** One mark for all cells of which the same was said before. */
  #changes<Name extends keyof CellFacts>(
    labels: readonly number[],
    name: Name,
    value: CellFacts[Name],
  ): CellMark[] {
    const { facts } = this.#workspace.document.objects;
    const groups = new Map<CellFacts[Name], number[]>();
    for (const label of [...new Set(labels)].sort((a, b) => a - b)) {
      const old = facts.ofCell(label)[name];
      if (old === value) continue;
      const group = groups.get(old);
      if (group === undefined) groups.set(old, [label]);
      else group.push(label);
    }
    return [...groups].map(([old, cells]) => {
      return { labels: cells, before: { [name]: old }, after: { [name]: value } };
    });
  }

  #say(count: number, when: string, what: string): void {
    const text =
      count === 1 ? `This cell is ${when} ${what}.` : `${count} cells are ${when} ${what}.`;
    this.#workspace.say("info", text);
  }
}
