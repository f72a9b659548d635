import "./shell.ts";
import { isTyping } from "../shared/hotkeys.ts";

/** The queue by number keys, and Enter for its first line. */
const hour = new Date().getHours();
const greeting = document.querySelector("[data-greeting]");
if (greeting) {
  const part = hour < 12 ? "morning" : hour < 18 ? "afternoon" : "evening";
  greeting.textContent = `Good ${part}`;
}

const task = (place: string) =>
  document.querySelector<HTMLAnchorElement>(`[data-task="${CSS.escape(place)}"]`);

const goOn = document.querySelector<HTMLAnchorElement>("#continue");
const first = task("1");
if (goOn && first) goOn.href = first.href;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
  if (event.key === "Enter" && event.target === document.body) task("1")?.click();
  if (/^[1-9]$/.test(event.key)) task(event.key)?.click();
});
