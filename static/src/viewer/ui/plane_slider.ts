/** The slider over frames or slices, with play. */
import type { Signal } from "../model/signal.ts";
import { button, el, icon } from "./dom.ts";

const FRAMES_PER_SECOND = 6;

interface PlaneSliderOptions {
  readonly letter: "T" | "Z";
  readonly name: string;
  readonly count: number;
  readonly value: Signal<number>;
  readonly onChange: (value: number) => void;
  /** What stands behind the number, such as the time. */
  readonly note: (value: number) => string;
}

export function planeSlider(options: PlaneSliderOptions): HTMLElement {
  const { letter, name, count, value, onChange, note } = options;
  const range = el("input", { type: "range", min: 0, max: count - 1, step: 1, "aria-label": name });
  const number = el("span", { class: "num quiet" });
  const text = el("span", { class: "faint num" });
  const play = playButton(name, () => onChange((value.value + 1) % count));
  range.addEventListener("input", () => onChange(range.valueAsNumber));
  value.follow((now) => {
    range.value = String(now);
    range.style.setProperty("--part", String(count > 1 ? now / (count - 1) : 0));
    number.textContent = `${now + 1} / ${count}`;
    text.textContent = note(now);
  });
  return el(
    "span",
    { class: "plane" },
    el("span", { class: "faint" }, letter),
    range,
    play,
    number,
    text,
  );
}

function playButton(name: string, step: () => void): HTMLButtonElement {
  let timer = 0;
  const play = button(
    { class: "icon-btn", "aria-label": `Play ${name}`, "aria-pressed": "false" },
    () => {
      const isPlaying = timer === 0;
      if (isPlaying) timer = window.setInterval(step, 1000 / FRAMES_PER_SECOND);
      else {
        clearInterval(timer);
        timer = 0;
      }
      play.setAttribute("aria-pressed", String(isPlaying));
      play.replaceChildren(icon(isPlaying ? "pause" : "play"));
    },
  );
  play.append(icon("play"));
  return play;
}

/** "6 h 00" for a time in seconds. */
export function timeText(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds * 10) / 10} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")}`;
}
