/**
 * Two editors of one image over a network that delays, reorders, repeats and loses messages, with
 * tabs that crash in between. In the end both screens and the server hold the same labels, and of
 * every stroke it is known where it is: in the log, or set aside for its author to decide.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EditJson, NewEditJson } from "../../../static/src/viewer/model/contract.ts";
import {
  editFromJson,
  editsOverlap,
  type PendingEdit,
} from "../../../static/src/viewer/model/edit.ts";
import type { Author, LabelDocument } from "../../../static/src/viewer/model/label_document.ts";
import { LogFollower } from "../../../static/src/viewer/model/log_follower.ts";
import { marksFromJson } from "../../../static/src/viewer/model/marks.ts";
import * as operations from "../../../static/src/viewer/model/operations.ts";
import {
  Outbox,
  type PendingStorage,
  type SendResult,
} from "../../../static/src/viewer/model/outbox.ts";
import { difference, patchFromJson } from "../../../static/src/viewer/model/patch.ts";
import { boxOf } from "../../../static/src/viewer/model/raster.ts";
import { openDocument, pixels, SIZE, WHOLE } from "./small_document.ts";

const PEOPLE = [
  { id: "alice", name: "Alice" },
  { id: "bob", name: "Bob" },
] as const;

function ambiguous(document: LabelDocument): boolean[] {
  return [1, 2, 3].map((label) => document.objects.facts.ofCell(label).is_ambiguous);
}

/** Messages underway; the test says which one arrives next, and how often. */
class Network {
  readonly #underway: { arrive(): void; lose(): void }[] = [];

  get n_underway(): number {
    return this.#underway.length;
  }

  post(arrive: () => void, lose: () => void = () => {}): void {
    this.#underway.push({ arrive, lose });
  }

  step(what: "deliver" | "repeat" | "lose", which: number): void {
    if (this.#underway.length === 0) return;
    const at = which % this.#underway.length;
    const message = this.#underway[at]!;
    if (what !== "repeat") this.#underway.splice(at, 1);
    if (what === "lose") message.lose();
    else message.arrive();
  }
}

/** The log of one annotation, with the rules of annotations/actions/edit.py. */
class Server {
  readonly log: EditJson[] = [];
  readonly listeners = new Set<(edit: EditJson) => void>();
  /** What the log makes of an empty image. */
  readonly head = openDocument({ id: "server", name: "Server" });

  add(edit: NewEditJson, author: Author): SendResult {
    const known = this.log.find(({ client_id }) => client_id === edit.client_id);
    if (known) return { kind: "accepted", version: known.version };
    const change = { patches: edit.patches.map(patchFromJson), marks: marksFromJson(edit.marks) };
    const edits = this.log.slice(edit.base_version);
    if (edits.some((other) => editsOverlap(editFromJson(other), change))) {
      return { kind: "conflict", detail: "Taken.", edits };
    }
    const isAsBefore =
      change.patches.every((patch) => this.head.store.matches(patch)) &&
      change.marks.every((mark) => this.head.objects.facts.standAsBefore(mark));
    if (!isAsBefore) return { kind: "conflict", detail: "Not what is shown.", edits };
    const version = this.log.length + 1;
    const saved = { ...edit, version, author, created_at: "2026-01-01T00:00:00Z" };
    this.log.push(saved);
    this.head.ingest(editFromJson(saved));
    for (const tell of this.listeners) tell(saved);
    return { kind: "accepted", version };
  }
}

/** What lies on the disk of one browser; it is slow, and does one thing after the other. */
class Disk implements PendingStorage {
  readonly edits = new Map<string, PendingEdit>();
  readonly #network: Network;
  #waiting: (() => void)[] = [];

  constructor(network: Network) {
    this.#network = network;
  }

  takeOver = () => this.#inTurn(() => [...this.edits.values()]);
  replaced = () => this.#inTurn(() => new Map<string, PendingEdit[]>());
  add = (edit: PendingEdit) => this.#inTurn(() => void this.edits.set(edit.client_id, edit));
  remove = (id: string) => this.#inTurn(() => void this.edits.delete(id));

  /** What was not written when the browser ended never will be. */
  crash(): void {
    this.#waiting = [];
  }

  #inTurn<T>(run: () => T): Promise<T> {
    return new Promise((resolve) => {
      this.#waiting.push(() => resolve(run()));
      const next = () => this.#waiting.shift()?.();
      this.#network.post(next, next);
    });
  }
}

/** A tab with the image open. */
class Tab {
  readonly document: LabelDocument;
  readonly outbox: Outbox;
  readonly #network: Network;
  readonly #server: Server;
  readonly #log: LogFollower;
  readonly #hear = (edit: EditJson) => this.#network.post(() => this.#tell(edit));
  #isOpen = true;

  constructor(me: Author, disk: Disk, network: Network, server: Server) {
    this.#network = network;
    this.#server = server;
    this.document = openDocument(me);
    const whenQuiet = async () => {};
    this.#log = new LogFollower(this.document, {
      whenQuiet,
      fetchEdits: async (after) =>
        (await this.#ask(() => server.log.slice(after))).map(editFromJson),
    });
    const unreachable: SendResult = { kind: "unreachable", detail: "No connection." };
    const ports = {
      whenQuiet,
      whenDrawn: async () => {},
      send: (edit: NewEditJson) => this.#ask(() => server.add(edit, me)).catch(() => unreachable),
      catchUp: () => this.#log.catchUp(),
      wait: () => this.#later(() => {}),
    };
    this.outbox = new Outbox(this.document, ports, disk);
    for (const edit of server.log) this.document.ingest(editFromJson(edit));
    server.listeners.add(this.#hear);
    void this.outbox.restore();
  }

  draw(y: number, x: number, label: number, client_id: string): void {
    const before = this.document.store.read(WHOLE, 0, 0)!;
    const mask = operations.stroke([[y, x]], 2, boxOf(before));
    const patch = difference(before, operations.paint(before, mask, label, false), 0, 0);
    const base = { client_id, base_version: this.document.version.value, undoes: null };
    if (patch) this.document.addOwn({ ...base, kind: "brush", patches: [patch], marks: [] });
  }

  mark(label: number, client_id: string): void {
    const { is_ambiguous } = this.document.objects.facts.ofCell(label);
    const [before, after] = [{ is_ambiguous }, { is_ambiguous: !is_ambiguous }];
    const base = { client_id, base_version: this.document.version.value, undoes: null };
    const marks = [{ labels: [label], before, after }];
    this.document.addOwn({ ...base, kind: "ambiguous", patches: [], marks });
  }

  undo(kind: "undo" | "redo", client_id: string): void {
    const prepared = this.document.prepareUndo(kind, client_id);
    if (prepared && !prepared.isBlocked) this.document.addOwn(prepared.edit);
  }

  /** The socket is open again after a while: what was told meanwhile is fetched. */
  reconnect(): void {
    void this.#log.catchUp().catch(() => {});
  }

  /** Nothing of it is heard of any more, but for what is underway. */
  crash(): void {
    this.#isOpen = false;
    this.#server.listeners.delete(this.#hear);
  }

  #tell(edit: EditJson): void {
    if (this.#isOpen) void this.#log.hear(editFromJson(edit));
  }

  /** A request and its answer are two messages; either can be lost. */
  #ask<T>(answer: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const fail = () => this.#isOpen && reject(new Error("No connection."));
      const arrive = () => {
        const value = answer();
        this.#network.post(() => this.#isOpen && resolve(value), fail);
      };
      this.#network.post(arrive, fail);
    });
  }

  #later(run: () => void): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        if (!this.#isOpen) return;
        run();
        resolve();
      };
      this.#network.post(go, go);
    });
  }
}

const STEP = fc.record({
  who: fc.nat(1),
  what: fc.constantFrom(
    ...(["draw", "draw", "draw", "mark", "undo", "redo", "crash", "reconnect"] as const),
    ...(["deliver", "deliver", "deliver", "deliver", "deliver", "repeat", "lose"] as const),
  ),
  y: fc.nat(SIZE - 1),
  x: fc.nat(SIZE - 1),
  label: fc.nat(3),
  which: fc.nat(30),
});
type Step = typeof STEP extends fc.Arbitrary<infer T> ? T : never;

const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

class World {
  readonly isLossy: boolean;
  readonly network = new Network();
  readonly server = new Server();
  readonly disks = PEOPLE.map(() => new Disk(this.network));
  readonly tabs = PEOPLE.map((me, who) => new Tab(me, this.disks[who]!, this.network, this.server));
  /** What each of them drew, but for what a crash took before it was kept. */
  readonly drawn: [Set<string>, Set<string>] = [new Set(), new Set()];

  constructor(isLossy: boolean) {
    this.isLossy = isLossy;
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const [at, step] of steps.entries()) {
      this.#do(step, `edit-${at}`);
      for (const { client_id } of this.tabs[step.who]!.document.pending.value) {
        this.drawn[step.who]!.add(client_id);
      }
      await breathe();
    }
  }

  #do({ who, what, y, x, label, which }: Step, id: string): void {
    const tab = this.tabs[who]!;
    if (what === "draw") tab.draw(y, x, label, id);
    else if (what === "mark") tab.mark(1 + (label % 3), id);
    else if (what === "undo" || what === "redo") tab.undo(what, id);
    else if (what === "reconnect") tab.reconnect();
    else if (what === "crash") this.#crash(who);
    else this.network.step(what === "lose" && !this.isLossy ? "deliver" : what, which);
  }

  #crash(who: number): void {
    const kept = new Set([...this.disks[who]!.edits.keys(), ...this.server.log.map(idOf)]);
    for (const id of this.drawn[who]!) if (!kept.has(id)) this.drawn[who]!.delete(id);
    this.tabs[who]!.crash();
    this.disks[who]!.crash();
    this.tabs[who] = new Tab(PEOPLE[who]!, this.disks[who]!, this.network, this.server);
  }

  /** The network has a good day: everything arrives. */
  async settle(): Promise<void> {
    for (let quiet = 0, rounds = 0; quiet < 3; rounds++) {
      if (rounds > 5000) throw new Error("The tabs and the server do not come to rest.");
      quiet = this.network.n_underway === 0 ? quiet + 1 : 0;
      this.network.step("deliver", 0);
      await breathe();
    }
  }
}

const idOf = ({ client_id }: { client_id: string }) => client_id;

describe("two editors on a bad network", () => {
  it("end with the same labels, and every stroke is in the log or set aside", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(STEP, { maxLength: 80, size: "max" }),
        async (isLossy, steps) => {
          const world = new World(isLossy);
          await world.run(steps);
          await world.settle();
          if (isLossy) {
            // News that was lost comes with the next connection.
            for (const tab of world.tabs) tab.reconnect();
            await world.settle();
          }
          const { server, tabs } = world;
          const log = new Set(server.log.map(idOf));
          expect(log.size).toBe(server.log.length);
          for (const [who, { document, outbox }] of tabs.entries()) {
            expect(document.pending.value).toEqual([]);
            expect(document.version.value).toBe(server.log.length);
            expect(pixels(document)).toEqual(pixels(server.head));
            expect(ambiguous(document)).toEqual(ambiguous(server.head));
            const aside = new Set(outbox.setAside.value.flatMap(({ edits }) => edits.map(idOf)));
            const lost = [...world.drawn[who]!].filter((id) => !log.has(id) && !aside.has(id));
            expect(lost).toEqual([]);
            // What is on the disk at the end is exactly what waits for a decision.
            expect(new Set(world.disks[who]!.edits.keys())).toEqual(aside);
          }
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);
});
