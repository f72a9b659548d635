/** Own edits, edits of others, undo and the outbox, against a server that keeps the rules. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EditJson, EditKind, NewEditJson } from "../../../static/src/viewer/model/contract.ts";
import {
  editFromJson,
  editsOverlap,
  type PendingEdit,
} from "../../../static/src/viewer/model/edit.ts";
import type { LabelDocument } from "../../../static/src/viewer/model/label_document.ts";
import { marksFromJson } from "../../../static/src/viewer/model/marks.ts";
import * as operations from "../../../static/src/viewer/model/operations.ts";
import { Outbox, type SendResult } from "../../../static/src/viewer/model/outbox.ts";
import { difference, patchFromJson } from "../../../static/src/viewer/model/patch.ts";
import { boxOf } from "../../../static/src/viewer/model/raster.ts";
import { openDocument, pixels, SIZE, WHOLE } from "./small_document.ts";

const ALICE = { id: "alice", name: "Alice" };
const BOB = { id: "bob", name: "Bob" };

/** The labels 1 to 3 that are said to be ambiguous, whether they have pixels or not. */
function ambiguous(document: LabelDocument): number[] {
  const { facts } = document.objects;
  return [1, 2, 3].filter((label) => facts.ofCell(label).is_ambiguous);
}

let n_edits = 0;

/** A disc of a label, as the brush draws it; null when it changes nothing. */
function brush(document: LabelDocument, y: number, x: number, label: number): PendingEdit | null {
  const before = document.store.read(WHOLE, 0, 0)!;
  const mask = operations.stroke([[y, x]], 2, boxOf(before));
  const patch = difference(before, operations.paint(before, mask, label, false), 0, 0);
  if (patch === null) return null;
  const base_version = document.version.value;
  const client_id = `edit-${++n_edits}`;
  return { client_id, base_version, kind: "brush", patches: [patch], marks: [], undoes: null };
}

/** Say of a cell that it is ambiguous, or not any more. */
function mark(document: LabelDocument, label: number): PendingEdit {
  const { is_ambiguous } = document.objects.facts.ofCell(label);
  const edit: PendingEdit = {
    ...{ client_id: `edit-${++n_edits}`, base_version: document.version.value, undoes: null },
    ...{ kind: "ambiguous", patches: [] },
    marks: [{ labels: [label], before: { is_ambiguous }, after: { is_ambiguous: !is_ambiguous } }],
  };
  document.addOwn(edit);
  return edit;
}

function draw(document: LabelDocument, y: number, x: number, label: number): PendingEdit {
  const edit = brush(document, y, x, label)!;
  document.addOwn(edit);
  return edit;
}

function undo(document: LabelDocument, kind: "undo" | "redo" = "undo"): void {
  document.addOwn(document.prepareUndo(kind, `edit-${++n_edits}`)!.edit);
}

/** The log of one annotation. */
class Server {
  readonly log: EditJson[] = [];

  add(edit: NewEditJson, author: typeof ALICE): SendResult {
    const known = this.log.find(({ client_id }) => client_id === edit.client_id);
    if (known) return { kind: "accepted", version: known.version };
    const patches = edit.patches.map(patchFromJson);
    const change = { patches, marks: marksFromJson(edit.marks) };
    const between = this.log.slice(edit.base_version).map(editFromJson);
    if (between.some((other) => editsOverlap(other, change))) {
      return { kind: "conflict", detail: "Taken.", edits: this.log.slice(edit.base_version) };
    }
    const version = this.log.length + 1;
    this.log.push({ ...edit, version, author, created_at: "2026-01-01T00:00:00Z" });
    return { kind: "accepted", version };
  }

  /** What the label image is, by nothing but the log. */
  pixels(): number[] {
    return pixels(this.document());
  }

  /** What is said, by nothing but the log. */
  ambiguous(): number[] {
    return ambiguous(this.document());
  }

  document(): LabelDocument {
    const document = openDocument(ALICE);
    for (const edit of this.log) document.ingest(editFromJson(edit));
    return document;
  }
}

class Memory {
  readonly edits = new Map<string, PendingEdit>();
  readonly ofFormerMasks = new Map<string, PendingEdit[]>();
  takeOver = async () => [...this.edits.values()];
  replaced = async () => this.ofFormerMasks;
  add = async (edit: PendingEdit) => void this.edits.set(edit.client_id, edit);
  remove = async (id: string) => void this.edits.delete(id);
}

interface Client {
  document: LabelDocument;
  outbox: Outbox;
  memory: Memory;
  isOnline: boolean;
}

function connect(server: Server, me: typeof ALICE, memory = new Memory()): Client {
  const document = openDocument(me);
  const client = { document, memory, isOnline: true } as Client;
  const catchUp = async () => {
    for (const edit of server.log.slice(document.version.value))
      document.ingest(editFromJson(edit));
  };
  client.outbox = new Outbox(
    document,
    {
      send: async (edit) =>
        client.isOnline ? server.add(edit, me) : { kind: "unreachable", detail: "No connection." },
      catchUp,
      whenQuiet: async () => {},
      whenDrawn: async () => {},
      wait: () => new Promise((resolve) => setTimeout(resolve, 1)),
    },
    memory,
  );
  return client;
}

async function settle(...clients: Client[]): Promise<void> {
  for (let round = 0; round < 200; round++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (clients.every(({ document }) => document.pending.value.length === 0)) return;
  }
  throw new Error("The outbox did not become empty.");
}

function follow(client: Client, server: Server): void {
  for (const edit of server.log.slice(client.document.version.value)) {
    client.document.ingest(editFromJson(edit));
  }
}

describe("the document", () => {
  it("draws an own edit at once and keeps the areas of objects", () => {
    const document = openDocument(ALICE);
    draw(document, 5, 5, 3);
    expect(document.objects.get(3, 0, 0)!.area).toBe(13);
    expect(pixels(document).filter((label) => label === 3)).toHaveLength(13);
  });

  it("undoes and redoes to the very same pixels", () => {
    const document = openDocument(ALICE);
    draw(document, 5, 5, 3);
    const one = pixels(document);
    draw(document, 6, 6, 4);
    const two = pixels(document);
    undo(document);
    expect(pixels(document)).toEqual(one);
    undo(document);
    expect(pixels(document)).toEqual(new Array(SIZE * SIZE).fill(0));
    expect(document.objects.list(0, 0)).toEqual([]);
    undo(document, "redo");
    undo(document, "redo");
    expect(pixels(document)).toEqual(two);
    expect(document.undoStack.nextRedo).toBeNull();
  });

  it("says when somebody else has painted over what would be undone", () => {
    const document = openDocument(ALICE);
    const edit = draw(document, 5, 5, 3);
    document.confirm(edit.client_id, 1, "now");
    const other = openDocument(BOB);
    other.ingest(document.log[0]!);
    const patches = brush(other, 6, 6, 9)!.patches;
    const foreign = { client_id: "b", kind: "brush" as EditKind, undoes: null, patches, marks: [] };
    document.ingest({ ...foreign, version: 2, author: BOB, created_at: "now" });
    expect(document.prepareUndo("undo", "u")!.isBlocked).toBe(true);
  });

  it("says what is said of a cell at once, and takes it back", () => {
    const document = openDocument(ALICE);
    draw(document, 5, 5, 3);
    mark(document, 3);
    expect(document.objects.get(3, 0, 0)!.facts.is_ambiguous).toBe(true);
    undo(document);
    expect(document.objects.get(3, 0, 0)!.facts.is_ambiguous).toBe(false);
    undo(document, "redo");
    expect(ambiguous(document)).toEqual([3]);
  });

  it("says when somebody else has said something of the cell since", () => {
    const document = openDocument(ALICE);
    const edit = mark(document, 3);
    document.confirm(edit.client_id, 1, "now");
    const other = openDocument(BOB);
    other.ingest(document.log[0]!);
    const { marks } = mark(other, 3);
    const foreign = { client_id: "b", kind: "ambiguous" as EditKind, undoes: null, patches: [] };
    document.ingest({ ...foreign, marks, version: 2, author: BOB, created_at: "now" });
    expect(document.prepareUndo("undo", "u")!.isBlocked).toBe(true);
  });

  it("refuses a log with a gap", () => {
    const document = openDocument(ALICE);
    const { patches } = brush(document, 5, 5, 3)!;
    const edit = { client_id: "b", kind: "brush" as EditKind, undoes: null, patches, marks: [] };
    expect(() => document.ingest({ ...edit, version: 2, author: BOB, created_at: "now" })).toThrow(
      RangeError,
    );
  });
});

describe("the outbox", () => {
  it("sends edits in order and undo by the version it takes back", async () => {
    const server = new Server();
    const alice = connect(server, ALICE);
    draw(alice.document, 5, 5, 3);
    undo(alice.document);
    undo(alice.document, "redo");
    expect(alice.outbox.state.value.kind).toBe("saving");
    await settle(alice);
    expect(server.log.map(({ kind, undoes }) => [kind, undoes])).toEqual([
      ["brush", null],
      ["undo", 1],
      ["redo", 2],
    ]);
    expect(alice.outbox.state.value.kind).toBe("saved");
    expect(alice.memory.edits.size).toBe(0);
  });

  it("keeps edits while offline, over a reload, and sends them once", async () => {
    const server = new Server();
    const alice = connect(server, ALICE);
    alice.isOnline = false;
    draw(alice.document, 5, 5, 3);
    draw(alice.document, 9, 9, 4);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(alice.outbox.state.value).toMatchObject({ kind: "offline", n_waiting: 2 });
    const again = connect(server, ALICE, alice.memory);
    await again.outbox.restore();
    alice.isOnline = true;
    await settle(again, alice);
    expect(server.log).toHaveLength(2);
    expect(pixels(again.document)).toEqual(server.pixels());
  });

  it("calls an edit kept only once the storage has it, and says when it never will", async () => {
    const server = new Server();
    const memory = new Memory();
    let arrive = () => {};
    const add = memory.add;
    memory.add = async (edit) => {
      await new Promise<void>((resolve) => {
        arrive = resolve;
      });
      return add(edit);
    };
    const alice = connect(server, ALICE, memory);
    alice.isOnline = false;
    let n_said = 0;
    alice.outbox.cannotKeep.listen(() => n_said++);
    draw(alice.document, 5, 5, 3);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(alice.outbox.state.value).toMatchObject({ kind: "offline", isKept: false });
    arrive();
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(alice.outbox.state.value).toMatchObject({ kind: "offline", isKept: true });
    memory.add = () => Promise.reject(new DOMException("Full.", "QuotaExceededError"));
    draw(alice.document, 9, 9, 4);
    draw(alice.document, 3, 9, 4);
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(alice.outbox.state.value).toMatchObject({ n_waiting: 3, isKept: false });
    expect(n_said).toBe(1);
    alice.isOnline = true;
    await settle(alice);
    expect(pixels(alice.document)).toEqual(server.pixels());
  });

  it("sets a restored edit aside when somebody else has changed its pixels meanwhile", async () => {
    const server = new Server();
    const alice = connect(server, ALICE);
    alice.isOnline = false;
    const mine = draw(alice.document, 5, 5, 3);
    const built = draw(alice.document, 5, 4, 4);
    const bob = connect(server, BOB);
    draw(bob.document, 6, 6, 7);
    await settle(bob);
    const again = connect(server, ALICE, alice.memory);
    follow(again, server);
    await again.outbox.restore();
    const [aside, ...others] = again.outbox.setAside.value;
    expect(aside!.edits.map(({ client_id }) => client_id)).toEqual(
      [mine, built].map(({ client_id }) => client_id),
    );
    expect(aside!.cause.map(({ author }) => author.name)).toEqual(["Bob"]);
    expect(others).toEqual([]);
    expect(pixels(again.document)).toEqual(server.pixels());
    expect(again.memory.edits.size).toBe(2);
    await again.outbox.restore();
    expect(again.outbox.setAside.value).toEqual([aside]);
    again.outbox.settle(aside!);
    expect(again.outbox.setAside.value).toEqual([]);
    expect(again.memory.edits.size).toBe(0);
  });

  it("keeps what was said while offline, over a reload, and sets aside what collides", async () => {
    const server = new Server();
    const alice = connect(server, ALICE);
    alice.isOnline = false;
    mark(alice.document, 2);
    mark(alice.document, 3);
    const bob = connect(server, BOB);
    draw(bob.document, 6, 6, 3);
    await settle(bob);
    const again = connect(server, ALICE, alice.memory);
    follow(again, server);
    await again.outbox.restore();
    await settle(again);
    expect(server.ambiguous()).toEqual([2]);
    expect(ambiguous(again.document)).toEqual([2]);
    expect(again.outbox.setAside.value).toHaveLength(1);
    expect(again.memory.edits.size).toBe(1);
  });

  it("sets aside what collides with an edit of somebody else, and what builds on it", async () => {
    const server = new Server();
    const [alice, bob] = [connect(server, ALICE), connect(server, BOB)];
    draw(bob.document, 5, 5, 7);
    await settle(bob);
    draw(alice.document, 6, 6, 3);
    draw(alice.document, 7, 7, 4);
    draw(alice.document, 13, 13, 5);
    await settle(alice);
    expect(alice.outbox.setAside.value.map(({ edits }) => edits.length)).toEqual([2]);
    expect(pixels(alice.document)).toEqual(server.pixels());
    expect(server.log.map(({ author }) => author.id)).toEqual(["bob", "alice"]);
  });

  it("sets everything aside when the image is closed to edits", async () => {
    const document = openDocument(ALICE);
    const refused: SendResult = { kind: "refused", detail: "Approved.", isFinal: true };
    const nothing = async () => {};
    const ports = { catchUp: nothing, whenQuiet: nothing, whenDrawn: nothing, wait: nothing };
    const outbox = new Outbox(document, { ...ports, send: async () => refused }, new Memory());
    draw(document, 5, 5, 3);
    draw(document, 6, 6, 4);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const [aside] = outbox.setAside.value;
    expect(aside).toMatchObject({ reason: "Approved.", cause: [] });
    expect(aside!.edits).toHaveLength(2);
    expect(pixels(document)).toEqual(new Array(SIZE * SIZE).fill(0));
  });

  it("leaves what was drawn on former masks to the person, and draws none of it", async () => {
    const alice = connect(new Server(), ALICE);
    const drawn = brush(alice.document, 5, 5, 3)!;
    alice.memory.ofFormerMasks.set("former", [drawn]);
    await alice.outbox.restore();
    await alice.outbox.restore();
    const [aside, ...others] = alice.outbox.setAside.value;
    expect(aside).toMatchObject({ edits: [drawn], cause: [], replaced: "former" });
    expect(others).toEqual([]);
    expect(alice.document.pending.value).toEqual([]);
    expect(pixels(alice.document)).toEqual(new Array(SIZE * SIZE).fill(0));
  });

  it("brings any number of people to the same pixels, whatever they do in whatever order", async () => {
    const step = fc.record({
      who: fc.nat(1),
      what: fc.constantFrom(
        ...(["draw", "draw", "draw", "mark", "mark", "undo", "redo", "hear"] as const),
        ...(["offline", "online"] as const),
      ),
      y: fc.nat(SIZE - 1),
      x: fc.nat(SIZE - 1),
      label: fc.integer({ min: 0, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const server = new Server();
        const clients = [connect(server, ALICE), connect(server, BOB)];
        for (const { who, what, y, x, label } of steps) {
          const client = clients[who]!;
          const edit = what === "draw" ? brush(client.document, y, x, label) : null;
          if (edit) client.document.addOwn(edit);
          if (what === "mark" && label > 0) mark(client.document, label);
          if (what === "undo" || what === "redo") {
            const prepared = client.document.prepareUndo(what, `edit-${++n_edits}`);
            if (prepared && !prepared.isBlocked) client.document.addOwn(prepared.edit);
          }
          if (what === "hear") follow(client, server);
          if (what === "offline") client.isOnline = false;
          if (what === "online") client.isOnline = true;
          await Promise.resolve();
        }
        for (const client of clients) client.isOnline = true;
        await settle(...clients);
        for (const client of clients) {
          follow(client, server);
          expect(pixels(client.document)).toEqual(server.pixels());
          expect(ambiguous(client.document)).toEqual(server.ambiguous());
          const areas = client.document.objects.list(0, 0).map(({ label, area }) => [label, area]);
          const counted = [1, 2, 3]
            .map((label) => [label, server.pixels().filter((value) => value === label).length])
            .filter(([, area]) => area !== 0);
          expect(areas.sort()).toEqual(counted);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("lets undo go on after a reload, from the log alone", async () => {
    const server = new Server();
    const alice = connect(server, ALICE);
    draw(alice.document, 5, 5, 3);
    draw(alice.document, 9, 9, 4);
    undo(alice.document);
    await settle(alice);
    const again = connect(server, ALICE);
    follow(again, server);
    expect(again.document.undoStack.nextUndo!.client_id).toBe(server.log[0]!.client_id);
    expect(again.document.undoStack.nextRedo!.client_id).toBe(server.log[2]!.client_id);
    undo(again.document);
    await settle(again);
    expect(server.pixels()).toEqual(new Array(SIZE * SIZE).fill(0));
  });
});
