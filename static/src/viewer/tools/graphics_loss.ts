/**
 * The browser may take the graphics card away at any time, such as after the computer slept. All
 * that was on it is made again from what the page holds; edits go on meanwhile.
 */

/** A graphics card that is only reset comes back sooner. */
const WARN_OF_LOSS_MS = 2500;
const WARNING =
  "The graphics of this computer have stopped. Your edits are kept; " +
  "if the picture does not come back, reload the page.";

/** Make everything again when the card is back, and say so when it stays away. */
export function surviveLoss(
  canvas: HTMLCanvasElement,
  makeAgain: () => void,
  warn: (text: string) => void,
): void {
  let warning = 0;
  canvas.addEventListener("webglcontextlost", (event) => {
    event.preventDefault();
    warning = window.setTimeout(() => warn(WARNING), WARN_OF_LOSS_MS);
  });
  canvas.addEventListener("webglcontextrestored", () => {
    clearTimeout(warning);
    makeAgain();
  });
}
