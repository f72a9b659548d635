/** The browser and the server must agree on every mark; both read the same golden examples. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Facts } from "../../../static/src/viewer/model/facts.ts";
import {
  InvalidMark,
  inheritMarks,
  type Mark,
  marksFromJson,
  marksOverlap,
  type Region,
  reverseMark,
} from "../../../static/src/viewer/model/marks.ts";

interface Said {
  cells: [label: number, kind: string | null, is_ambiguous: boolean][];
  regions: [id: string, region: Region][];
}

interface Example {
  name: string;
  error?: true;
  marks: Mark[];
  reversed: Mark[];
  facts_before: Said;
  facts_after: Said;
}

const EXAMPLES: Example[] = JSON.parse(
  readFileSync(new URL("../../golden/marks.json", import.meta.url), "utf8"),
);

function factsOf({ cells, regions }: Said): Facts {
  const facts = new Facts();
  for (const [label, kind, is_ambiguous] of cells) {
    facts.apply({ labels: [label], before: {}, after: { class: kind, is_ambiguous } });
  }
  for (const [region, after] of regions) facts.apply({ region, before: null, after });
  return facts;
}

/** Facts in the form of the examples; only cells that the example names can be asked for. */
function told(facts: Facts, labels: Iterable<number>): Said {
  const rows = [...new Set(labels)]
    .sort((a, b) => a - b)
    .map((label): Said["cells"][number] => {
      const cell = facts.ofCell(label);
      return [label, cell.class, cell.is_ambiguous];
    });
  const cells = rows.filter(([, kind, is_ambiguous]) => kind !== null || is_ambiguous);
  return { cells, regions: [...facts.regions].sort(([a], [b]) => (a < b ? -1 : 1)) };
}

describe("marks", () => {
  for (const example of EXAMPLES) {
    if (example.error) {
      it(`refuse ${example.name}`, () => {
        expect(() => marksFromJson(example.marks)).toThrow(InvalidMark);
      });
      continue;
    }
    it(`say ${example.name}`, () => {
      const marks = marksFromJson(example.marks);
      const { facts_before, facts_after } = example;
      const labels = [...facts_before.cells, ...facts_after.cells].map(([label]) => label);
      expect(marks.map(reverseMark)).toEqual(example.reversed);
      const facts = factsOf(facts_before);
      expect(marks.every((mark) => facts.standAsBefore(mark))).toBe(true);
      for (const mark of marks) facts.apply(mark);
      expect(told(facts, labels)).toEqual(facts_after);
      expect(marks.some((mark) => facts.standAsBefore(mark))).toBe(false);
      for (const mark of marks.map(reverseMark)) facts.apply(mark);
      expect(told(facts, labels)).toEqual(facts_before);
    });
  }

  it("make the pieces of a cell what the whole was, and say nothing of a plain cell", () => {
    const facts = { class: "0d9c3d1e-5f0a-4b1e-8a53-1c2f3a4b5c6d", is_ambiguous: false };
    const [mark] = inheritMarks(facts, [9, 4]);
    expect(mark).toEqual({
      labels: [4, 9],
      before: { class: null },
      after: { class: facts.class },
    });
    expect(inheritMarks({ class: null, is_ambiguous: false }, [4])).toEqual([]);
  });

  it("overlap where they name the same cell or the same region", () => {
    const of = (name: string) => EXAMPLES.find((example) => example.name === name)!.marks;
    const [cells, unclear] = [of("a class for three cells"), of("ambiguous keeps the class")];
    const region = of("a region comes");
    expect(marksOverlap(cells, unclear)).toBe(true);
    expect(marksOverlap(cells, region)).toBe(false);
    expect(marksOverlap(region, of("a region goes"))).toBe(true);
  });
});
