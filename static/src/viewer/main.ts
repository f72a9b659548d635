/** Opens the image that the page names. */
import type { Point } from "./model/geometry.ts";
import type { SaveState } from "./model/outbox.ts";
import type { Editor } from "./tools/editor.ts";
import { button, el } from "./ui/dom.ts";
import { Journey } from "./ui/journey.ts";

/** What automated tests hold on to. */
export interface ViewerHandle {
  /** Resolves when the first full picture is on the screen. */
  readonly ready: Promise<void>;
  /** CSS pixels of the window for an image point. */
  image_to_screen(y: number, x: number): { x: number; y: number };
  screen_to_image(x: number, y: number): { y: number; x: number };
  label_at(y: number, x: number): number;
  readonly selected: readonly number[];
  readonly version: number;
  readonly saved: SaveState["kind"];
  readonly n_waiting: number;
  /** Whether all that the view asks for is on the screen, and a new cell could be drawn. */
  readonly is_idle: boolean;
  /** Whether the next image is ready behind this one. */
  readonly is_next_ready: boolean;
  /** Draw everything again and give the time that it took, in ms. */
  measure_full_frame(): number;
  /** Draw only what is stale, such as a brush stroke, and give the time that it took, in ms. */
  measure_frame(): number;
}

declare global {
  interface Window {
    coverslip_viewer?: ViewerHandle;
  }
}

function makeHandle(editor: Editor, holder: HTMLElement, journey: Journey): ViewerHandle {
  const { view, document: labels } = editor.workspace;
  const corner = () => holder.getBoundingClientRect();
  return {
    ready: editor.stage.firstPicture,
    image_to_screen: (y, x) => {
      const [top, left] = view.value.imageToScreen([y, x]);
      return { x: left + corner().left, y: top + corner().top };
    },
    screen_to_image: (x, y) => {
      const point: Point = [y - corner().top, x - corner().left];
      const [imageY, imageX] = view.value.screenToImage(point);
      return { y: imageY, x: imageX };
    },
    label_at: (y, x) => editor.workspace.labelAt([y, x]),
    get selected() {
      return editor.workspace.selected.value;
    },
    get version() {
      return labels.version.value;
    },
    get saved() {
      return editor.sync.outbox.state.value.kind;
    },
    get n_waiting() {
      return labels.pending.value.length;
    },
    get is_idle() {
      return editor.isIdle;
    },
    get is_next_ready() {
      return journey.isNextReady;
    },
    measure_full_frame: () => editor.stage.measureFullFrame(),
    measure_frame: () => editor.stage.measureFrame(),
  };
}

/** One sentence in the middle of the page, and the way out. */
function showFailure(root: HTMLElement, error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  const retry = button({ class: "btn primary" }, () => location.reload(), "Try again");
  const back = button({ class: "btn" }, () => history.back(), "Go back");
  root.replaceChildren(
    el(
      "div",
      { class: "failure", role: "alert" },
      el("h1", {}, "This image could not be opened"),
      el("p", { class: "quiet" }, text),
      el("div", { class: "failure-buttons" }, back, retry),
    ),
  );
}

async function start(root: HTMLElement): Promise<void> {
  root.setAttribute("aria-busy", "true");
  root.append(el("p", { class: "opening quiet", role: "status" }, "Opening the image…"));
  try {
    const journey = new Journey(root);
    journey.entered.listen((editor) => {
      const holder = document.querySelector<HTMLElement>("#viewer .holder")!;
      window.coverslip_viewer = makeHandle(editor, holder, journey);
    });
    await journey.begin(root);
  } catch (error) {
    showFailure(root, error);
    throw error;
  } finally {
    root.removeAttribute("aria-busy");
  }
}

const root = document.querySelector<HTMLElement>("#viewer");
if (root) void start(root);
