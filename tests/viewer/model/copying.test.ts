/** What was said of cells is said again when they are brought back. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { factMarks } from "../../../static/src/viewer/model/copying.ts";
import { Facts } from "../../../static/src/viewer/model/facts.ts";
import { type CellFacts, marksFromJson } from "../../../static/src/viewer/model/marks.ts";

const ID = "5f2c8d1e-0c7b-4a5e-9a64-3f1f6f0b7a10";
const facts = fc.record<CellFacts>({
  class: fc.constantFrom(null, ID),
  is_ambiguous: fc.boolean(),
});
const cells = fc.uniqueArray(
  fc.record({ label: fc.integer({ min: 1, max: 500 }), before: facts, after: facts }),
  { selector: ({ label }) => label, maxLength: 12 },
);

describe("the marks of cells that are brought back", () => {
  it("are valid, hold now, and make every cell what it was", () => {
    fc.assert(
      fc.property(cells, (changes) => {
        const now = new Facts();
        for (const { label, before } of changes) {
          const nothing = { class: null, is_ambiguous: false };
          for (const mark of factMarks([{ label, before: nothing, after: before }]))
            now.apply(mark);
        }
        const marks = marksFromJson(JSON.parse(JSON.stringify(factMarks(changes))));
        for (const mark of marks) {
          expect(now.standAsBefore(mark)).toBe(true);
          now.apply(mark);
        }
        for (const { label, after } of changes) expect(now.ofCell(label)).toEqual(after);
      }),
    );
  });
});
