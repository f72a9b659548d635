/** Colours and filters by what a cell is: its class and its state. */

import { type CellClasses, JUST_A_CELL } from "./cell_class.ts";
import type { Facet } from "./cell_query.ts";
import { CELL_STATES, type CellState, countBy, STATE_WORDS, stateOf } from "./cell_state.ts";
import { rgbOf } from "./channels.ts";
import type { Coloring, LegendEntry } from "./colorings.ts";
import type { CellObject } from "./object_index.ts";

/** Okabe and Ito's; an ambiguous cell has a dashed outline and hatching besides. */
const STATE_COLORS: Readonly<Record<CellState, string>> = {
  model: "#56b4e9",
  imported: "#0072b2",
  edited: "#e69f00",
  manual: "#cc79a7",
  ambiguous: "#f0e442",
  approved: "#009e73",
};
const NO_CLASS_COLOR = "#8592a0";
const NO_CLASS = "";

/** `isApproved`: asked anew for every frame, as the image may be approved meanwhile. */
export function byState(isApproved: () => boolean): Coloring {
  const stateHere = (object: CellObject) => stateOf(object, isApproved());
  return {
    id: "state",
    name: "state",
    colorsFor: (objects) => {
      return {
        get legend() {
          const counts = countBy(objects(), CELL_STATES, stateHere);
          const entries = CELL_STATES.filter((state) => counts.get(state)! > 0).map((state) =>
            entry(STATE_COLORS[state], STATE_WORDS[state], counts.get(state)!),
          );
          return { kind: "entries", entries } as const;
        },
        colorOf: (object) => rgbOf(STATE_COLORS[stateHere(object)]),
        key: String(isApproved()),
      };
    },
  };
}

export function byClass(classes: CellClasses): Coloring {
  return {
    id: "class",
    name: "class",
    colorsFor: (objects) => {
      return {
        get legend() {
          const ids = [...classes.offered.map(({ id }) => id), null];
          const counts = countBy<string | null>(objects(), ids, (object) => object.facts.class);
          const entries = [...counts].map(([id, count]) => {
            return entry(colorOfClass(classes, id), classes.nameOf(id), count);
          });
          return { kind: "entries", entries } as const;
        },
        key: String(classes.revision.value),
        colorOf: (object) => rgbOf(colorOfClass(classes, object.facts.class)),
      };
    },
  };
}

export function stateFacet(isApproved: () => boolean): Facet {
  return {
    id: "state",
    name: "State",
    values: CELL_STATES.map((state) => [state, STATE_WORDS[state]] as const),
    valueOf: (object) => stateOf(object, isApproved()),
  };
}

export function classFacet(classes: CellClasses): Facet {
  return {
    id: "class",
    name: "Class",
    get values() {
      const known = classes.all.map(({ id, name }) => [id, name] as const);
      return [...known, [NO_CLASS, `${JUST_A_CELL} (no class)`] as const];
    },
    valueOf: (object) => object.facts.class ?? NO_CLASS,
  };
}

function colorOfClass(classes: CellClasses, id: string | null): string {
  return (id === null ? null : classes.colorOf(id)) ?? NO_CLASS_COLOR;
}

function entry(color: string, text: string, count: number): LegendEntry {
  return { color, text: `${text} · ${count}` };
}
