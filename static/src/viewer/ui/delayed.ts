/** Work that follows many quick changes: done once, soon after, and less often when it is slow. */

const SOON_MS = 16;
/** Of the time that passes, at most one part in so many goes into the work. */
const REST = 12;

/** A function to call at every change; `work` runs a little later, once for many calls. */
export function delayed(work: () => void): () => void {
  let timer = 0;
  let wait = SOON_MS;
  return () => {
    if (timer !== 0) return;
    timer = window.setTimeout(() => {
      timer = 0;
      const startedAt = performance.now();
      work();
      wait = Math.max(SOON_MS, REST * (performance.now() - startedAt));
    }, wait);
  };
}
