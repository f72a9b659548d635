/** An image on the page, or ready behind the one that is: fetched and drawn, followed by nothing. */
import {
  fetchEditsAfter,
  fetchImage,
  fetchObjects,
  openAnnotation,
} from "../data/annotation_api.ts";
import { KeptSettings } from "../data/user_settings.ts";
import type { AnnotationJson, EditJson, ImageJson, ObjectRow } from "../model/contract.ts";
import { editFromJson } from "../model/edit.ts";
import type { ViewSize } from "../model/view.ts";
import { fitCanvas, surfaceOf } from "../render/fit_canvas.ts";
import { openGraphics } from "../render/graphics.ts";
import type { Editor } from "../tools/editor.ts";
import { Workspace } from "../tools/workspace.ts";
import { fillFilmstrip } from "./filmstrip.ts";
import { showPlace } from "./place_in_url.ts";
import { buildShell, type Shell } from "./shell.ts";
import { openViewerPage, type Surroundings, type ViewerPage } from "./viewer_page.ts";

/** What the server wrote into the page, so that nobody has to ask for it. */
export interface Opening {
  readonly image: ImageJson;
  readonly annotation: AnnotationJson | null;
  /** The cells of version 0, unless there are very many. */
  readonly objects: ObjectRow[] | null;
  /** The beginning of the edit log. */
  readonly edits: EditJson[];
  readonly settings: Readonly<Record<string, unknown>>;
}

const RELEASE_AFTER_MS = 500;

export class Visit {
  readonly root: HTMLElement;
  readonly workspace: Workspace;
  readonly #imageUrl: string;
  readonly #page: ViewerPage;
  readonly #left = new AbortController();

  private constructor(root: HTMLElement, page: ViewerPage, imageUrl: string) {
    this.root = root;
    this.workspace = page.editor.workspace;
    this.#imageUrl = imageUrl;
    this.#page = page;
  }

  /** Fetch an image, as far as it is not known already, and make its page in the root. */
  static async prepare(
    root: HTMLElement,
    imageUrl: string,
    surroundings: Surroundings,
    known: Partial<Opening> = {},
  ): Promise<Visit> {
    const image = known.image ?? (await fetchImage(imageUrl));
    const annotation = known.annotation ?? (await openAnnotation(image));
    const answers = Promise.all([
      known.objects ?? fetchObjects(annotation),
      fetchEditsAfter(annotation, (known.edits ?? []).map(editFromJson)),
      KeptSettings.open(annotation.me.id, known.settings),
    ]);
    const shell = buildShell(root);
    // The server is at work; meanwhile the graphics card gets ready for the picture.
    getReadyToDraw(shell);
    const [objects, edits, settings] = await answers;
    const workspace = new Workspace(image, annotation, objects);
    for (const edit of edits) workspace.document.ingest(edit);
    return new Visit(root, openViewerPage(shell, workspace, settings, surroundings), imageUrl);
  }

  get editor(): Editor {
    return this.#page.editor;
  }

  /** Whether the server has everything that was changed. */
  get isSaved(): boolean {
    return this.editor.sync.outbox.isDone;
  }

  /** Draw the first picture before the root is on the page, at the size that it will have. */
  drawAhead(size: ViewSize, search: string): void {
    this.editor.stage.resizeTo(size);
    showPlace(this.workspace, search);
  }

  /** The image is on the page now: it has the keys, and what others do is followed. */
  enter(search: string): void {
    this.#page.enter(search, this.#left.signal);
    const { stage, sync } = this.editor;
    sync.start(this.#left.signal);
    // Before the first picture nobody draws, and it should not wait for anything else.
    void stage.firstPicture.then(() => sync.getReady());
  }

  /** Bring what was fetched ahead up to date. */
  async refresh(): Promise<void> {
    const image = await fetchImage(this.#imageUrl);
    if (image.annotation !== this.workspace.annotation.value.id) location.reload();
    await this.editor.sync.refreshAnnotation();
    const film = this.root.querySelector<HTMLElement>(".film");
    film?.replaceChildren();
    if (film) fillFilmstrip(film, this.workspace, image.neighbours);
  }

  /** Another image has the page. */
  leave(): void {
    this.#left.abort();
    // Browsers keep only some drawings on the graphics card; this one is not needed any more. The
    // image that comes is shown first: giving memory back stops the card for a while.
    setTimeout(() => this.editor.releaseGraphics(), RELEASE_AFTER_MS);
  }
}

/** Making the context before its canvas has the final size would make its buffers twice. */
function getReadyToDraw({ holder, picture }: Shell): void {
  const size = { height: holder.clientHeight, width: holder.clientWidth };
  if (size.height > 0 && size.width > 0) fitCanvas(picture, surfaceOf(size));
  openGraphics(picture);
}
