/** Keeps the document and the server in step: outbox, live edits of others, presence. */
import * as api from "../data/annotation_api.ts";
import { LiveSocket } from "../data/live_socket.ts";
import { BrowserPendingStorage, type WaitingElsewhere } from "../data/pending_storage.ts";
import { Session } from "../data/session.ts";
import type { SocketMessage } from "../model/contract.ts";
import { editFromJson } from "../model/edit.ts";
import type { Point } from "../model/geometry.ts";
import { LabelPool } from "../model/label_pool.ts";
import { LogFollower } from "../model/log_follower.ts";
import { Outbox } from "../model/outbox.ts";
import type { Workspace } from "./workspace.ts";

const CANNOT_KEEP =
  "This browser keeps nothing beyond this tab (a private window, or a full disk). " +
  "Leave the tab open until everything is saved.";
const CURSOR_INTERVAL_MS = 60;
const LONGEST_FRAME_MS = 100;

export class Sync {
  readonly outbox: Outbox;
  readonly log: LogFollower;
  readonly pool: LabelPool;
  readonly session: Session;
  readonly #workspace: Workspace;
  readonly #storage: BrowserPendingStorage;
  #socket: LiveSocket | null = null;
  #cursorSentAt = 0;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
    const annotation = workspace.annotation.value;
    const { name } = workspace.image;
    const image = { name, url: workspace.path };
    const box = { person: annotation.me.id, annotation: annotation.id, image };
    this.#storage = new BrowserPendingStorage(box);
    this.session = new Session(annotation.me);
    this.pool = new LabelPool((count) => api.requestLabels(annotation, count));
    const whenQuiet = () => this.#whenQuiet();
    const fetchEdits = (after: number) => api.fetchEdits(annotation, after);
    this.log = new LogFollower(workspace.document, { fetchEdits, whenQuiet });
    const ports = {
      send: (edit: Parameters<typeof api.sendEdit>[1]) => api.sendEdit(annotation, edit),
      catchUp: () => this.log.catchUp(),
      ...{ whenQuiet, whenDrawn },
      wait: (milliseconds: number) => this.#wait(milliseconds),
    };
    this.outbox = new Outbox(workspace.document, ports, this.#storage);
    this.outbox.cannotKeep.listen(() => workspace.say("error", CANNOT_KEEP));
    this.outbox.state.listen(({ kind }) => kind === "offline" && askToPersist());
    workspace.document.version.listen(() => this.#noteFirstEdit());
  }

  /**
   * Follow the image from now on until `left`, and bring the edits of a former visit to the server.
   */
  start(left: AbortSignal): void {
    const { socket_url } = this.#workspace.annotation.value;
    this.#socket = socket_url === "" ? null : this.#connect(socket_url);
    left.addEventListener("abort", () => this.#socket?.close());
    this.session.start(left);
    this.session.state.listen(({ kind }) => kind === "open" && this.#socket?.reopen());
    void this.outbox.restore();
    // What another tab left behind meanwhile.
    const restore = () => void this.outbox.restore();
    for (const moment of ["focus", "online"]) addEventListener(moment, restore, { signal: left });
    left.addEventListener("abort", this.#storage.left.listen(restore));
    void this.#tellElsewhere();
  }

  /** Have numbers for new cells at hand. */
  getReady(): void {
    if (this.#workspace.canEdit) this.pool.refillInBackground();
  }

  /** Fetch the state of the image and what may be done with it. */
  async refreshAnnotation(): Promise<void> {
    const { annotation } = this.#workspace;
    try {
      annotation.set(await api.fetchAnnotation(annotation.value.id));
    } catch {
      this.#workspace.say("warning", "The state of this image has changed; reload to see it.");
    }
  }

  /** Show the others where the pointer is. */
  sendCursor([y, x]: Point): void {
    const now = performance.now();
    if (now - this.#cursorSentAt < CURSOR_INTERVAL_MS) return;
    this.#cursorSentAt = now;
    const { t, z } = this.#workspace;
    const round = (value: number) => Math.round(value * 10) / 10;
    this.#socket?.send({ type: "cursor", t: t.value, z: z.value, y: round(y), x: round(x) });
  }

  /** Edits of another image are sent once that image is opened; said once, not in every image. */
  async #tellElsewhere(): Promise<void> {
    if (hasToldElsewhere) return;
    const images = await this.#storage.elsewhere().catch(() => []);
    const [first] = images;
    if (first === undefined) return;
    hasToldElsewhere = true;
    const open = { label: "Open it", run: () => location.assign(first.url) };
    this.#workspace.say("warning", elsewhereText(images), open);
  }

  #connect(path: string): LiveSocket {
    const socket = new LiveSocket(path);
    socket.refused.listen(() => void this.session.check());
    socket.message.listen((message) => this.#receive(message));
    socket.isOpen.listen((isOpen) => {
      // What cannot be fetched now comes with the next message or the next connection.
      if (isOpen) void this.log.catchUp().catch(() => {});
      else this.#workspace.people.set([]);
    });
    return socket;
  }

  /** The first edit moves the image on to "correcting". */
  #noteFirstEdit(): void {
    const { state } = this.#workspace.annotation.value;
    if (state === "uploaded" || state === "segmented") void this.refreshAnnotation();
  }

  #receive(message: SocketMessage): void {
    if (message.type === "edit") void this.log.hear(editFromJson(message.edit));
    else if (message.type === "version") void this.log.reach(message.version);
    else if (message.type === "state" || message.type === "classes") void this.refreshAnnotation();
    else if (message.type === "people") this.#receivePeople(message.people);
    else if (message.type === "cursor") {
      const { type: _type, ...cursor } = message;
      const cursors = new Map(this.#workspace.cursors.value);
      this.#workspace.cursors.set(cursors.set(cursor.client, cursor));
    }
  }

  #receivePeople(people: Workspace["people"]["value"]): void {
    this.#workspace.people.set(people);
    const present = new Set(people.map(({ client }) => client));
    const cursors = [...this.#workspace.cursors.value].filter(([client]) => present.has(client));
    this.#workspace.cursors.set(new Map(cursors));
  }

  /** Wait, but no longer than until the browser is online again, or the person signed in again. */
  #wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        removeEventListener("online", done);
        stop();
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      const stop = this.session.state.listen(({ kind }) => kind === "open" && done());
      addEventListener("online", done);
    });
  }

  async #whenQuiet(): Promise<void> {
    const { isDrawing } = this.#workspace;
    while (isDrawing.value) {
      await new Promise<void>((resolve) => {
        const stop = isDrawing.listen(() => {
          stop();
          resolve();
        });
      });
    }
  }
}

let hasToldElsewhere = false;
let hasAskedToPersist = false;

/** Ask the browser, once, not to clear the edits that wait when the disk becomes full. */
function askToPersist(): void {
  if (!hasAskedToPersist) void navigator.storage?.persist?.();
  hasAskedToPersist = true;
}

function elsewhereText([first, ...others]: readonly WaitingElsewhere[]): string {
  const { n_edits, name } = first!;
  const [changes, them] = n_edits === 1 ? ["One change", "it"] : [`${n_edits} changes`, "them"];
  const also = others.length === 0 ? "" : `, and some in ${others.length} more,`;
  const where = `of yours in the image “${name}”${also}`;
  return `${changes} ${where} did not reach the server yet. Open the image to send ${them}.`;
}

/** After the next frame; a tab that nobody sees draws none. */
function whenDrawn(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LONGEST_FRAME_MS);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      setTimeout(resolve);
    });
  });
}
