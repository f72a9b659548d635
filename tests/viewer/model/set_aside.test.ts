/** Edits that wait for a decision: what stood in their way, and which of them belong together. */
import { describe, expect, it } from "vitest";
import type { Edit, PendingEdit } from "../../../static/src/viewer/model/edit.ts";
import type { Mark } from "../../../static/src/viewer/model/marks.ts";
import type { Patch } from "../../../static/src/viewer/model/patch.ts";
import {
  causesOf,
  type SetAside,
  withSetAside,
} from "../../../static/src/viewer/model/set_aside.ts";

/** One pixel of row 0 that goes from one label to another. */
function pixel(x: number, before: number, after: number): Patch {
  return { t: 0, z: 0, bbox: [0, x, 1, x + 1], runs: Uint32Array.of(0, 1, before, after) };
}

function pending(base_version: number, patch: Patch): PendingEdit {
  const rest = { client_id: `mine-${patch.bbox[1]}`, undoes: null, marks: [] };
  return { ...rest, base_version, kind: "brush", patches: [patch] };
}

function saved(
  version: number,
  id: string,
  patch: Patch | null,
  marks: readonly Mark[] = [],
): Edit {
  const author = { id, name: id };
  const rest = { client_id: `saved-${version}`, created_at: "", undoes: null, author };
  return { ...rest, version, kind: "brush", patches: patch ? [patch] : [], marks };
}

describe("what stood in the way of an edit", () => {
  const mine = pending(1, pixel(5, 0, 7));

  it("is what others did to its pixels or its cells since it was drawn", () => {
    const [before, after] = [{ is_ambiguous: false }, { is_ambiguous: true }];
    const log = [
      saved(1, "bob", pixel(5, 0, 9)),
      saved(2, "bob", pixel(5, 9, 8)),
      saved(3, "bob", pixel(50, 0, 7)),
      saved(4, "bob", pixel(60, 0, 3)),
      saved(5, "rita", null, [{ labels: [7], before, after }]),
    ];
    expect(causesOf(mine, log, "me").map(({ version }) => version)).toEqual([2, 3, 5]);
  });

  it("is another window of the same person where nobody else was", () => {
    const log = [saved(1, "bob", pixel(9, 0, 1)), saved(2, "me", pixel(5, 0, 2))];
    expect(causesOf(mine, log, "me").map(({ version }) => version)).toEqual([2]);
    const both = [...log, saved(3, "bob", pixel(5, 2, 4))];
    expect(causesOf(mine, both, "me").map(({ version }) => version)).toEqual([3]);
  });
});

describe("edits that are set aside", () => {
  it("stay together when one builds on the other, each in its place", () => {
    const [first, second, apart] = [
      pending(0, pixel(5, 0, 7)),
      pending(0, pixel(5, 7, 3)),
      pending(0, pixel(20, 0, 2)),
    ];
    const cause = [saved(1, "bob", pixel(5, 0, 9))];
    const entry = (edit: PendingEdit) => ({ edits: [edit], cause, reason: null });
    const list = [first, apart, second].reduce(
      (entries, edit) => withSetAside(entries, entry(edit)),
      [] as readonly SetAside[],
    );
    expect(list.map(({ edits }) => edits)).toEqual([[first, second], [apart]]);
    expect(list[0]!.cause).toEqual(cause);
  });
});
