import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The tests live beside all others in tests/; the packages they use live here. */
export default defineConfig({
  root: here(".."),
  cacheDir: here("./node_modules/.vite"),
  resolve: {
    alias: {
      vitest: here("./node_modules/vitest/dist/index.js"),
      "fast-check": here("./node_modules/fast-check"),
    },
  },
  test: {
    include: ["tests/viewer/**/*.test.ts", "tests/pages/**/*.test.ts"],
    sequence: { shuffle: true },
    // Beside the tests of Python they get what those leave of the processors.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
