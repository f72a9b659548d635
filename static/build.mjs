/**
 * Builds the folder that is served: `node build.mjs [--watch] [--outdir=FOLDER]` writes
 * static/build, or the folder that is named.
 *
 *   viewer.js          from src/viewer/main.ts
 *   <page>.js          one bundle for every src/pages/<page>.ts
 *   <name>.css         every file of styles/ as it is
 *   icons.svg          one sprite with a symbol for every file of icons/
 *   fonts/             the typeface, from its package
 *   pictures/          copied when it exists
 */
import { existsSync, watch } from "node:fs";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { context } from "esbuild";

const root = dirname(fileURLToPath(import.meta.url));
const outdir = process.argv.find((word) => word.startsWith("--outdir="))?.slice("--outdir=".length);
const target = outdir ?? join(root, "build");
const isWatching = process.argv.includes("--watch");
const COPIED_FOLDERS = ["pictures"];
const FONT_FILES = ["latin", "latin-ext", "greek"].map((set) => `inter-${set}-wght-normal.woff2`);

async function filesOf(folder, ending) {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  const names = await readdir(path);
  return names
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(path, name));
}

async function entryPoints() {
  const entries = { viewer: join(root, "src/viewer/main.ts") };
  for (const page of await filesOf("src/pages", ".ts")) entries[basename(page, ".ts")] = page;
  return entries;
}

/** One `<symbol id="name">` for every `icons/name.svg`; the drawing takes its colour from the text. */
async function writeIcons() {
  const symbols = [];
  for (const path of await filesOf("icons", ".svg")) {
    const text = await readFile(path, "utf8");
    const parts = /<svg[^>]*viewBox="([^"]+)"[^>]*>([\s\S]*)<\/svg>/.exec(text);
    if (!parts) throw new Error(`${path} is not an SVG with a viewBox.`);
    symbols.push(
      `<symbol id="${basename(path, ".svg")}" viewBox="${parts[1]}">${parts[2].trim()}</symbol>`,
    );
  }
  const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("\n")}</svg>\n`;
  await writeFile(join(target, "icons.svg"), sprite);
}

async function copyStyles() {
  for (const path of await filesOf("styles", ".css")) await cp(path, join(target, basename(path)));
  for (const folder of COPIED_FOLDERS) {
    if (existsSync(join(root, folder))) {
      await cp(join(root, folder), join(target, folder), { recursive: true });
    }
  }
}

async function copyFonts() {
  const source = join(root, "node_modules/@fontsource-variable/inter/files");
  for (const name of FONT_FILES) await cp(join(source, name), join(target, "fonts", name));
}

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
const bundles = await context({
  entryPoints: await entryPoints(),
  outdir: target,
  bundle: true,
  format: "iife",
  target: ["es2022"],
  minify: !isWatching,
  sourcemap: true,
  logLevel: "warning",
});
await Promise.all([bundles.rebuild(), writeIcons(), copyStyles(), copyFonts()]);
if (isWatching) {
  await bundles.watch();
  for (const folder of ["styles", "icons"]) {
    watch(join(root, folder), () => Promise.all([writeIcons(), copyStyles()]));
  }
} else {
  await bundles.dispose();
}
