/** Settings of a person: at once in this browser, soon on the server, and there again later. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { KeptSettings } from "../../../static/src/viewer/data/user_settings.ts";

/** The settings door of the server; null while it cannot be reached. */
let server: Record<string, unknown> | null;

beforeEach(() => {
  vi.useFakeTimers();
  server = {};
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  });
  vi.stubGlobal("document", { querySelector: () => null });
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    if (server === null) throw new TypeError("offline");
    if (init.method !== "PUT") return Response.json({ settings: server });
    server[url.split("/").at(-1)!] = JSON.parse(String(init.body)).value;
    return new Response(null, { status: 204 });
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("settings", () => {
  it("are read at once and sent a moment later, once", async () => {
    const settings = await KeptSettings.open("bea");
    settings.write("keys", 1);
    settings.write("keys", { brush: "p" });
    expect(settings.read("keys")).toEqual({ brush: "p" });
    expect(server).toEqual({});
    await vi.runAllTimersAsync();
    expect(server).toEqual({ keys: { brush: "p" } });
  });

  it("come from the server in another browser", async () => {
    server = { keys: { brush: "p" } };
    const settings = await KeptSettings.open("bea");
    expect(settings.read("keys")).toEqual({ brush: "p" });
    expect(settings.read("other")).toBeNull();
  });

  it("that were made offline are sent at the next visit and win over the server", async () => {
    server = { keys: "old" };
    const before = await KeptSettings.open("bea");
    server = null;
    before.write("keys", "new");
    await vi.runAllTimersAsync();
    expect((await KeptSettings.open("bea")).read("keys")).toBe("new");
    server = { keys: "old", other: 2 };
    const settings = await KeptSettings.open("bea");
    expect([settings.read("keys"), settings.read("other")]).toEqual(["new", 2]);
    await vi.runAllTimersAsync();
    expect(server).toEqual({ keys: "new", other: 2 });
  });

  it("of one person are not those of another", async () => {
    (await KeptSettings.open("bea")).write("keys", 1);
    server = {};
    expect((await KeptSettings.open("rita")).read("keys")).toBeNull();
  });
});
