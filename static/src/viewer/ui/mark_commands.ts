/** The commands that say what cells are. */
import { type Box, intersectBoxes } from "../model/geometry.ts";
import { cornersOf } from "../model/regions.ts";
import type { Editor } from "../tools/editor.ts";
import type { Workspace } from "../tools/workspace.ts";
import { openClassMenu } from "./class_menu.ts";
import type { Command } from "./commands.ts";

export function markCommands(editor: Editor): Command[] {
  const { workspace, marking, review } = editor;
  return [
    {
      id: "class",
      title: "Give the cell a class",
      group: "Cells",
      keys: ["q"],
      run: () => openClassMenu(editor, chosenCells(workspace)),
    },
    {
      id: "class_again",
      title: "Give it the same class as the last one",
      group: "Cells",
      keys: ["shift+q"],
      run: () => marking.classifyAgain(chosenCells(workspace)),
    },
    {
      id: "ambiguous",
      title: "Ambiguous, or not any more",
      group: "Cells",
      keys: ["u"],
      run: () => {
        const labels = chosenCells(workspace);
        const focused = workspace.focus.value?.label;
        const isAmbiguous = marking.toggleAmbiguous(labels);
        // During the review of doubtful cells this one is dealt with.
        if (isAmbiguous && focused !== undefined && labels.includes(focused)) review.accept();
      },
    },
    {
      id: "ignore_shown",
      title: "Ignore the part of the image that is on the screen",
      group: "Cells",
      keys: ["shift+i"],
      run: () => marking.ignore(cornersOf(shownPart(workspace))),
    },
  ];
}

/** The selected cells, or else the one under the pointer. */
export function chosenCells({ selected, hovered }: Workspace): readonly number[] {
  if (selected.value.length > 0) return selected.value;
  return hovered.value === 0 ? [] : [hovered.value];
}

/** The image pixels on the screen; their outer edges lie half a pixel beyond their centres. */
function shownPart({ view, height, width }: Workspace): Box {
  const { size } = view.value;
  const [y0, x0] = view.value.screenToImage([0, 0]);
  const [y1, x1] = view.value.screenToImage([size.height, size.width]);
  return intersectBoxes([y0, x0, y1, x1], [-0.5, -0.5, height - 0.5, width - 0.5]);
}
