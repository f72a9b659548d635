import { describe, expect, it } from "vitest";
import type { Edit } from "../../../static/src/viewer/model/edit.ts";
import { lengthBetween } from "../../../static/src/viewer/model/length.ts";
import { keyText } from "../../../static/src/viewer/ui/dialogs.ts";
import { grouped, initials } from "../../../static/src/viewer/ui/dom.ts";
import { groupEdits } from "../../../static/src/viewer/ui/history_panel.ts";
import { nameOf } from "../../../static/src/viewer/ui/keyboard.ts";
import { timeText } from "../../../static/src/viewer/ui/plane_slider.ts";
import { lengthText } from "../../../static/src/viewer/ui/scale_bar.ts";

const press = (
  key: string,
  held: Partial<Record<"ctrlKey" | "metaKey" | "shiftKey", boolean>> = {},
) => nameOf({ key, ctrlKey: false, metaKey: false, shiftKey: false, ...held });

describe("keys", () => {
  it("are named with what is held, shift only where it makes no other sign", () => {
    expect(press("b")).toBe("b");
    expect(press("N", { shiftKey: true })).toBe("shift+n");
    expect(press("?", { shiftKey: true })).toBe("?");
    expect(press("Z", { metaKey: true, shiftKey: true })).toBe("ctrl+shift+z");
    expect(press("Enter", { shiftKey: true })).toBe("shift+enter");
  });

  it("are written as on the keyboard", () => {
    expect(["ctrl+shift+z", "+", "arrowup", "n"].map(keyText)).toEqual(["Ctrl ⇧ Z", "+", "↑", "N"]);
  });
});

describe("a length", () => {
  it("is told in µm where pixels have a size, along both axes, and in pixels", () => {
    expect(lengthBetween([0, 0], [30, 40], [0.5, 0.5])).toBe("25 µm · 50 px");
    expect(lengthBetween([0, 0], [0, 10], [1, 0.325])).toBe("3.25 µm · 10 px");
    expect(lengthBetween([0, 0], [0, 1234.5], null)).toBe("1235 px");
  });
});

describe("texts", () => {
  it("group digits, shorten names, and say times and lengths", () => {
    expect(grouped(1204567)).toBe("1\u2009204\u2009567");
    expect(["Bea Kim", "rita", "Ada B. Cee", ""].map(initials)).toEqual(["BK", "R", "AC", "?"]);
    expect([0, 2.5, 150, 21600].map(timeText)).toEqual(["0 s", "2.5 s", "3 min", "6 h 00"]);
    expect([lengthText(50, "µm"), lengthText(2000, "µm"), lengthText(0.5, "px")]).toEqual([
      "50 µm",
      "2 mm",
      "0.5 px",
    ]);
  });
});

describe("the history", () => {
  const edit = (version: number, kind: Edit["kind"], id: string, minute: number): Edit => ({
    version,
    kind,
    client_id: String(version),
    author: { id, name: id },
    created_at: `2026-01-01T00:${String(minute).padStart(2, "0")}:00Z`,
    undoes: null,
    patches: [],
    marks: [],
  });

  it("makes one line of what a person did in a row, the newest line first", () => {
    const log = [
      edit(1, "brush", "bea", 0),
      edit(2, "brush", "bea", 1),
      edit(3, "brush", "rita", 2),
      edit(4, "erase", "rita", 3),
      edit(5, "erase", "rita", 30),
    ];
    const lines = groupEdits(log).map((group) => group.map(({ version }) => version));
    expect(lines).toEqual([[5], [4], [3], [1, 2]]);
  });
});
