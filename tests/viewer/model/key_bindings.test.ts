/** Keys that people choose: one key runs one command, whatever is chosen. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  customKeysFrom,
  holderOf,
  keysOfAll,
  refusal,
  withKey,
  withoutKey,
} from "../../../static/src/viewer/model/key_bindings.ts";

const COMMANDS = [
  { id: "brush", title: "Brush", keys: ["b"] },
  { id: "delete", title: "Delete", keys: ["d", "delete"] },
  { id: "next", title: "Next", keys: ["n"] },
];
const ids = fc.constantFrom("brush", "delete", "next");
const keys = fc.constantFrom("b", "d", "n", "delete", "p", "shift+b");

describe("the keys of the commands", () => {
  it("never run two commands, and a chosen key always runs its command", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(ids, keys)), (choices) => {
        const custom = choices.reduce((all, [id, key]) => withKey(all, id, key), {});
        const all = [...keysOfAll(COMMANDS, custom).values()].flat();
        expect(new Set(all).size).toBe(all.length);
        const last = choices.at(-1);
        if (last) expect(keysOfAll(COMMANDS, custom).get(last[0])).toEqual([last[1]]);
        expect(customKeysFrom(JSON.parse(JSON.stringify(custom)))).toEqual(custom);
      }),
    );
  });

  it("say who has a key, and are as before after a reset", () => {
    expect(holderOf(COMMANDS, {}, "brush", "n")?.title).toBe("Next");
    expect(holderOf(COMMANDS, {}, "next", "n")).toBeNull();
    const custom = withKey({}, "brush", "n");
    expect(keysOfAll(COMMANDS, custom).get("next")).toEqual([]);
    expect(keysOfAll(COMMANDS, withoutKey(custom, "brush")).get("next")).toEqual(["n"]);
  });

  it("are refused with a sentence when they always do something else", () => {
    for (const key of ["escape", "tab", " ", "h", "ctrl+w"]) expect(refusal(key)).toMatch(/Press/);
    expect(refusal("shift+b")).toBeNull();
  });

  it("are read from anything that was kept", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const key of Object.values(customKeysFrom(value))) expect(refusal(key)).toBeNull();
      }),
    );
  });
});
