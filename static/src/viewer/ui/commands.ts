/** What the person can do, each with its key: the one list behind keyboard, rail and help. */
import { scaled } from "../model/brush_size.ts";
import { autoContrast } from "../model/channels.ts";
import { View } from "../model/view.ts";
import type { MaskMode } from "../render/display.ts";
import type { Editor } from "../tools/editor.ts";
import type { ToolId } from "../tools/workspace.ts";
import { chosenCells, markCommands } from "./mark_commands.ts";
import { addressAtPlace } from "./place_in_url.ts";

export interface Command {
  readonly id: string;
  readonly title: string;
  readonly group: "Tools" | "Cells" | "Looking around" | "Pictures and masks" | "This image";
  /** Such as "b", "shift+n", "ctrl+z"; ctrl also stands for the command key of a Mac. */
  readonly keys: readonly string[];
  /** How the help writes the keys, when that is not the keys themselves. */
  readonly shown?: readonly string[];
  readonly run: () => void;
}

export interface PageActions {
  readonly showHelp: () => void;
  readonly toggleHistory: () => void;
  readonly toggleCompare: () => void;
  readonly submit: () => void;
  readonly focusFilter: () => void;
  readonly copyLink: () => void;
  readonly saveScreenshot: () => void;
  readonly deleteByRule: () => void;
  readonly goToConflict: () => void;
  readonly goTo: (address: string) => void;
}

const MASK_MODES: readonly MaskMode[] = ["outline", "fill", "off"];
const ZOOM_STEP = 1.4;

export function makeCommands(editor: Editor, page: PageActions): Command[] {
  return [
    ...toolCommands(editor),
    ...cellCommands(editor, page),
    ...propagationCommands(editor),
    ...markCommands(editor),
    ...placeCommands(editor, page),
    ...displayCommands(editor, page),
    ...imageCommands(editor, page),
  ];
}

function toolCommands(editor: Editor): Command[] {
  const { workspace } = editor;
  const tool = (id: ToolId, title: string, key: string): Command => {
    return { id, title, group: "Tools", keys: [key], run: () => editor.useTool(id) };
  };
  const resize = (factor: number) => () => workspace.brush.update((size) => scaled(size, factor));
  return [
    tool("pick", "Select cells, drag to move", "v"),
    tool("choose", "Select cells by drawing around them", "shift+v"),
    tool("click", "Find a cell by a click or a stroke, several by a box", "c"),
    tool("brush", "Brush", "b"),
    tool("eraser", "Eraser", "e"),
    tool("ruler", "Ruler", "shift+r"),
    tool("lasso", "Lasso; shift takes away", "l"),
    tool("redraw", "Redraw a cell: around it, or click it for the model to do so", "z"),
    tool("split", "Split by a line, or by a click in each half", "s"),
    {
      ...tool("merge", "Merge cells", "m"),
      run: () => {
        const labels = workspace.selected.value;
        if (labels.length > 1) void editor.editing.mergeCells(labels);
        else editor.useTool("merge");
      },
    },
    tool("ignore", "Region to ignore: its cells are not measured", "i"),
    { id: "smaller", title: "Smaller brush", group: "Tools", keys: ["["], run: resize(0.85) },
    { id: "larger", title: "Larger brush", group: "Tools", keys: ["]"], run: resize(1.18) },
    {
      id: "protect",
      title: "Protect other cells, or paint over them",
      group: "Tools",
      keys: ["x"],
      run: () => workspace.isProtecting.update((value) => !value),
    },
    {
      id: "snap",
      title: "End strokes at the outline that the model sees, or not",
      group: "Tools",
      keys: ["shift+b"],
      run: () => {
        if (workspace.tool.value !== "eraser") editor.useTool("brush");
        workspace.isSnapping.update((value) => !value);
      },
    },
  ];
}

function cellCommands(editor: Editor, page: PageActions): Command[] {
  const { editing, review } = editor;
  const chosen = () => chosenCells(editor.workspace);
  return [
    {
      id: "next",
      title: "Next doubtful cell",
      group: "Cells",
      keys: ["n"],
      run: () => review.go(1),
    },
    {
      id: "previous",
      title: "Doubtful cell before",
      group: "Cells",
      keys: ["p", "shift+n"],
      run: () => review.go(-1),
    },
    {
      id: "accept",
      title: "Accept the cell",
      group: "Cells",
      keys: ["a"],
      run: () => review.accept(),
    },
    {
      id: "delete",
      title: "Delete the cell",
      group: "Cells",
      keys: ["d", "delete", "backspace"],
      shown: ["D", "Del"],
      run: () => void editor.deleteAndGoOn(chosen()),
    },
    {
      id: "delete_rule",
      title: "Delete many cells by a rule",
      group: "Cells",
      keys: ["shift+d"],
      run: page.deleteByRule,
    },
    {
      id: "again",
      title: "Let the model find the cell again",
      group: "Cells",
      keys: ["r"],
      run: () => void editor.findAgain(chosen()),
    },
    {
      id: "fill",
      title: "Fill the holes of the cell",
      group: "Cells",
      keys: ["o"],
      run: () => void editing.fillHoles(chosen()),
    },
    {
      id: "grow",
      title: "Grow the cell by a pixel",
      group: "Cells",
      keys: ["g"],
      run: () => void editing.growCells(chosen()),
    },
    {
      id: "shrink",
      title: "Shrink the cell by a pixel",
      group: "Cells",
      keys: ["shift+g"],
      run: () => void editing.shrinkCells(chosen()),
    },
    {
      id: "smooth",
      title: "Smooth the outline of the cell",
      group: "Cells",
      keys: ["shift+s"],
      run: () => void editing.smoothCells(chosen()),
    },
    {
      id: "copy",
      title: "Copy the chosen cells from an earlier version or another result",
      group: "Cells",
      keys: ["shift+c"],
      run: () => void editor.copyOver(),
    },
    { id: "undo", title: "Undo", group: "Cells", keys: ["ctrl+z"], run: () => editor.undo("undo") },
    {
      id: "redo",
      title: "Redo",
      group: "Cells",
      keys: ["ctrl+shift+z", "ctrl+y"],
      run: () => editor.undo("redo"),
    },
  ];
}

/** Only where there is a next plane to carry a cell on to. */
function propagationCommands({ workspace, propagation }: Editor): Command[] {
  const carry = (axis: "t" | "z", name: string, key: string): Command => ({
    id: `propagate_${axis}`,
    title: `Carry the cell on to the next ${name}, to look at first`,
    group: "Cells",
    keys: [key],
    run: () => void propagation.extend(axis),
  });
  const hasFrames = workspace.nFrames > 1;
  return [
    ...(hasFrames ? [carry("t", "frame", "k")] : []),
    ...(workspace.nSlices > 1 ? [carry("z", "slice", hasFrames ? "shift+k" : "k")] : []),
  ];
}

function placeCommands(editor: Editor, page: PageActions): Command[] {
  const { workspace } = editor;
  const move = (dy: number, dx: number) => () => {
    const { view, height, width } = workspace;
    const { size } = view.value;
    view.set(view.value.pan(dy * size.height * 0.15, dx * size.width * 0.15).inside(height, width));
  };
  const zoom = (factor: number) => () => {
    const { size } = workspace.view.value;
    editor.input.zoom([size.height / 2, size.width / 2], factor);
  };
  const open = (address: string | null) => () => {
    if (address) page.goTo(addressAtPlace(address, workspace));
  };
  const plane = (dt: number, dz: number) => () => {
    workspace.goToPlane(workspace.t.value + dt, workspace.z.value + dz);
  };
  const go = (id: string, title: string, keys: string[], run: () => void): Command => {
    return { id, title, group: "Looking around", keys, run };
  };
  return [
    go("fit", "Whole image", ["f", "0"], () => showAll(editor)),
    go("zoom_in", "Zoom in", ["+", "="], zoom(ZOOM_STEP)),
    go("zoom_out", "Zoom out", ["-"], zoom(1 / ZOOM_STEP)),
    go("up", "Move up", ["arrowup"], move(1, 0)),
    go("down", "Move down", ["arrowdown"], move(-1, 0)),
    go("left", "Move left", ["arrowleft"], move(0, 1)),
    go("right", "Move right", ["arrowright"], move(0, -1)),
    go("frame_before", "Frame before", [","], plane(-1, 0)),
    go("frame_after", "Next frame", ["."], plane(1, 0)),
    go("slice_before", "Slice before", ["<"], plane(0, -1)),
    go("slice_after", "Next slice", [">"], plane(0, 1)),
    go("image_before", "Image before", ["pageup"], open(workspace.image.previous_url)),
    go(
      "image_after",
      "Next image, at the same place",
      ["pagedown"],
      open(workspace.image.next_url),
    ),
    go("play", "Play frames or slices, or stop", ["j"], () => {
      if (workspace.nFrames > 1 || workspace.nSlices > 1) {
        editor.player.toggle(workspace.nFrames > 1 ? "t" : "z");
      }
    }),
  ];
}

function displayCommands(editor: Editor, page: PageActions): Command[] {
  const { workspace } = editor;
  const toggle = (index: number) => () => {
    workspace.channels.update((channels) =>
      channels.map((channel, c) =>
        c === index ? { ...channel, isVisible: !channel.isVisible } : channel,
      ),
    );
  };
  const nChannels = Math.min(8, workspace.image.channels.length);
  const channelKeys = Array.from({ length: nChannels }, (_, index): Command => {
    const title = `Channel ${workspace.image.channels[index]!.name}`;
    const keys = [String(index + 1)];
    const id = `channel_${index}`;
    return { id, title, group: "Pictures and masks", keys, run: toggle(index) };
  });
  return [
    ...channelKeys,
    {
      id: "auto",
      title: "Auto contrast",
      group: "Pictures and masks",
      keys: ["t"],
      run: () => autoContrastAll(editor),
    },
    {
      id: "masks",
      title: "Outline, fill or no masks",
      group: "Pictures and masks",
      keys: ["w"],
      run: () =>
        workspace.maskMode.update((mode) => MASK_MODES[(MASK_MODES.indexOf(mode) + 1) % 3]!),
    },
    {
      id: "filter",
      title: "Find a cell by its number",
      group: "Pictures and masks",
      keys: ["/"],
      run: page.focusFilter,
    },
  ];
}

function imageCommands(editor: Editor, page: PageActions): Command[] {
  return [
    {
      id: "submit",
      title: "Submit and open the next image",
      group: "This image",
      keys: ["enter"],
      shown: ["↵"],
      run: page.submit,
    },
    {
      id: "link",
      title: "Copy a link to this view",
      group: "This image",
      keys: ["shift+l"],
      run: page.copyLink,
    },
    {
      id: "screenshot",
      title: "Save a picture of this view",
      group: "This image",
      keys: ["shift+p"],
      run: page.saveScreenshot,
    },
    { id: "history", title: "History", group: "This image", keys: ["y"], run: page.toggleHistory },
    {
      id: "compare",
      title: "Compare with another result, version or channel",
      group: "This image",
      keys: ["shift+y"],
      run: page.toggleCompare,
    },
    {
      id: "version_before",
      title: "Version before",
      group: "This image",
      keys: ["{"],
      run: () => editor.travel.show(editor.travel.shownVersion - 1),
    },
    {
      id: "version_after",
      title: "Next version",
      group: "This image",
      keys: ["}"],
      run: () => editor.travel.show(editor.travel.shownVersion + 1),
    },
    {
      id: "conflict",
      title: "Choose between two changes at the same place",
      group: "This image",
      keys: ["shift+j"],
      run: page.goToConflict,
    },
    { id: "help", title: "All keys", group: "This image", keys: ["?"], run: page.showHelp },
    {
      id: "escape",
      title: "Leave what was begun",
      group: "This image",
      keys: ["escape"],
      shown: ["Esc"],
      run: () => editor.leave(),
    },
  ];
}

export function showAll(editor: Editor): void {
  const { view, height, width } = editor.workspace;
  const fitted = View.fit(height, width, view.value.size);
  editor.glide.to(fitted.center, fitted.zoom);
}

export function autoContrastAll(editor: Editor): void {
  const { channels, image } = editor.workspace;
  channels.update((displays) =>
    displays.map((display, index) => {
      const [low, high] = autoContrast(image.channels[index]!);
      return { ...display, low, high };
    }),
  );
}
