/** The first tour goes on when the person has done the step, not before. */
import { describe, expect, it } from "vitest";
import { TOUR, type TourFacts } from "../../../static/src/viewer/model/tour.ts";

const START: TourFacts = { isLookingAtCell: false, nDecided: 3, tool: "pick", hasUndone: false };

/** What a person does in each step. */
const DEEDS: readonly Partial<TourFacts>[] = [
  { isLookingAtCell: true },
  { nDecided: 4 },
  { tool: "click" },
  { hasUndone: true },
];

describe("the first tour", () => {
  it("has five steps, each done by its own deed and the last by a click alone", () => {
    expect(TOUR).toHaveLength(5);
    TOUR.forEach((step, at) => {
      expect(step.isDone(START, START)).toBe(false);
      const deed = DEEDS[at];
      expect(step.isDone({ ...START, ...deed }, START)).toBe(deed !== undefined);
    });
  });

  it("names a key in every step but the last", () => {
    expect(TOUR.map(({ key }) => key !== null)).toEqual([true, true, true, true, false]);
  });
});
