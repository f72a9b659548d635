/** The layers of the viewer: model <- data, render <- tools <- ui <- main. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const VIEWER = fileURLToPath(new URL("../../static/src/viewer", import.meta.url));
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  model: ["model"],
  data: ["model", "data"],
  render: ["model", "render"],
  tools: ["model", "data", "render", "tools"],
  ui: ["model", "data", "render", "tools", "ui"],
  "main.ts": ["model", "data", "render", "tools", "ui"],
};
const LONGEST_FILE = 400;

const files = readdirSync(VIEWER, { recursive: true, encoding: "utf8" }).filter((path) =>
  path.endsWith(".ts"),
);

function layerOf(path: string): string {
  return path.split("/")[0]!;
}

function importsOf(path: string): string[] {
  const text = readFileSync(join(VIEWER, path), "utf8");
  return [...text.matchAll(/from "([^"]+)"/g)].map(([, name]) => {
    return relative(VIEWER, join(VIEWER, dirname(path), name!));
  });
}

/** The code without comments, in which words may be used freely. */
function codeOf(path: string): string {
  return readFileSync(join(VIEWER, path), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
}

describe("the viewer", () => {
  it("has only the layers of the plan", () => {
    expect(new Set(files.map(layerOf))).toEqual(new Set(Object.keys(MAY_IMPORT)));
  });

  it.each(files)("imports only downward and without packages: %s", (path) => {
    for (const name of importsOf(path)) expect(MAY_IMPORT[layerOf(path)]).toContain(layerOf(name));
  });

  it.each(files)("has files of one subject: %s", (path) => {
    expect(codeOf(path).split("\n").length).toBeLessThan(LONGEST_FILE);
  });

  it.each(files.filter((path) => layerOf(path) === "model"))(
    "keeps the model free of the page and the network: %s",
    (path) => {
      // "document" may be the name of a LabelDocument, so only its use as the page counts.
      const page = /\bdocument\.(query|create|body|get|add)|\bwindow\b|\bfetch\(|\blocalStorage\b/;
      expect(codeOf(path)).not.toMatch(page);
    },
  );
});
