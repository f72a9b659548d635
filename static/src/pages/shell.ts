import { listenForDialogs } from "../shared/dialog.ts";
import { listenForHotkeys } from "../shared/hotkeys.ts";
import { listenForPalette } from "../shared/palette.ts";
import { rememberSent } from "../shared/refresh.ts";
import { listenForTheme } from "../shared/theme.ts";
import { writeTimes } from "../shared/times.ts";

/** What every page does: theme, dialogs, keys, times, copying, selects that act at once. */
const COPIED_MS = 1500;

rememberSent();
writeTimes(document);
listenForTheme();
listenForDialogs();
listenForHotkeys();
listenForPalette();

for (const element of document.querySelectorAll<HTMLElement>("[data-without-script]")) {
  element.hidden = true;
}

document.addEventListener("change", (event) => {
  if (!(event.target instanceof HTMLSelectElement)) return;
  if (event.target.dataset.autosubmit !== undefined) event.target.form?.requestSubmit();
});

document.addEventListener("click", async (event) => {
  if (!(event.target instanceof Element)) return;
  const button = event.target.closest<HTMLElement>("[data-copies]");
  const field = document.getElementById(button?.dataset.copies ?? "");
  if (!button || !(field instanceof HTMLInputElement)) return;
  field.select();
  await navigator.clipboard.writeText(field.value);
  const words = button.querySelector("span");
  if (!words) return;
  words.textContent = "Copied";
  setTimeout(() => {
    words.textContent = "Copy";
  }, COPIED_MS);
});
