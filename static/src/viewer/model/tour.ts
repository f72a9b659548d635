/** The first steps in the viewer: what to try, and how to tell that it was tried. */

export interface TourFacts {
  /** A doubtful cell is in the middle. */
  readonly isLookingAtCell: boolean;
  /** Cells that were accepted, and edits of any kind. */
  readonly nDecided: number;
  readonly tool: string;
  readonly hasUndone: boolean;
}

export interface TourStep {
  readonly title: string;
  readonly text: string;
  /** The key that does it, as on the keyboard; null for the last step. */
  readonly key: string | null;
  /** Whether the step is done, given how things were when it began. */
  readonly isDone: (now: TourFacts, before: TourFacts) => boolean;
}

export const TOUR: readonly TourStep[] = [
  {
    title: "Go to a doubtful cell",
    text: "The model is least sure of this one. It comes to the middle by itself.",
    key: "N",
    isDone: (now) => now.isLookingAtCell,
  },
  {
    title: "Is the outline right?",
    text: "A accepts it and goes on to the next; D deletes it. Try either, nothing is lost.",
    key: "A",
    isDone: (now, before) => now.nDecided > before.nDecided,
  },
  {
    title: "Draw what is missing",
    text: "C finds a cell where you click; B is a brush: start on a cell to extend it.",
    key: "C",
    isDone: (now, before) => now.tool !== before.tool && now.tool !== "pick",
  },
  {
    title: "Take something back",
    text: "Every change can be undone, also after a reload. Change a cell, then undo it.",
    key: "Ctrl Z",
    isDone: (now, before) => now.hasUndone && !before.hasUndone,
  },
  {
    title: "Hand it in",
    text: "All is saved as you go. When the cells are right, Enter submits the image and opens the next. A question mark lists all keys.",
    key: null,
    isDone: () => false,
  },
];
