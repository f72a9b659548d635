/** Which rows of a long list are shown: each costs the page time whenever one of them changes. */
import type { UploadState, Way } from "./states.ts";

const MOST_AT_ALL = 200;
const MOST: Record<UploadState, number> = {
  sending: 10,
  converting: 20,
  failed: 50,
  asking: 50,
  partial: 20,
  checking: 15,
  waiting: 15,
  ready: 6,
  cancelled: 0,
};

export interface Listed extends Way {
  /** Milliseconds: when something was last heard of it. */
  heardAt: number;
}

/**
 * All of a short list; of a long one what goes on, what needs somebody, what comes next and what
 * was ready last. The order stays.
 */
export function rowsToShow<Row extends Listed>(rows: readonly Row[]): readonly Row[] {
  if (rows.length <= MOST_AT_ALL) return rows;
  const chosen = new Set<Row>();
  for (const [state, most] of Object.entries(MOST)) {
    const those = rows.filter((row) => row.state === state);
    if (state === "ready") those.sort((one, other) => other.heardAt - one.heardAt);
    for (const row of those.slice(0, most)) chosen.add(row);
  }
  return rows.filter((row) => chosen.has(row));
}

/** Make `elements` the children of `parent`; what is there and stays is not touched. */
export function arrange(parent: Element, elements: readonly Element[]): void {
  const wanted = new Set(elements);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  let next = parent.firstElementChild;
  for (const element of elements) {
    if (element === next) next = next.nextElementSibling;
    else parent.insertBefore(element, next);
  }
}
