/** The slider over frames or slices, with play. */
import type { Signal } from "../model/signal.ts";
import { type Player, SPEEDS } from "../tools/player.ts";
import { button, el, icon } from "./dom.ts";

interface PlaneSliderOptions {
  readonly axis: "t" | "z";
  readonly name: string;
  readonly count: number;
  readonly value: Signal<number>;
  readonly onChange: (value: number) => void;
  /** What stands behind the number, such as the time. */
  readonly note: (value: number) => string;
}

export function planeSlider(options: PlaneSliderOptions, player: Player): HTMLElement {
  const { axis, name, count, value, onChange, note } = options;
  const range = el("input", { type: "range", min: 0, max: count - 1, step: 1, "aria-label": name });
  const number = el("span", { class: "num quiet" });
  const text = el("span", { class: "faint num" });
  range.addEventListener("input", () => {
    player.stop();
    onChange(range.valueAsNumber);
  });
  value.follow((now) => {
    range.value = String(now);
    range.style.setProperty("--part", String(count > 1 ? now / (count - 1) : 0));
    range.setAttribute("aria-valuetext", `${now + 1} of ${count} ${note(now)}`.trim());
    number.textContent = `${now + 1} / ${count}`;
    text.textContent = note(now);
  });
  return el(
    "span",
    { class: "plane" },
    el("span", { class: "faint" }, axis.toUpperCase()),
    range,
    playButton(axis, name, player),
    number,
    text,
  );
}

function playButton(axis: "t" | "z", name: string, player: Player): HTMLButtonElement {
  const play = button({ class: "icon-btn" }, () => player.toggle(axis));
  player.playing.follow((playing) => {
    const isPlaying = playing === axis;
    play.setAttribute("aria-label", `Play ${name}`);
    play.setAttribute("aria-pressed", String(isPlaying));
    play.replaceChildren(icon(isPlaying ? "pause" : "play"));
  });
  return play;
}

/** How fast it plays, and whether it begins again at the end. */
export function playSettings(player: Player): HTMLElement {
  const speed = el(
    "select",
    { class: "order", "aria-label": "Planes per second" },
    ...SPEEDS.map((value) => el("option", { value }, `${value}/s`)),
  );
  speed.addEventListener("change", () => player.speed.set(Number(speed.value)));
  player.speed.follow((value) => {
    speed.value = String(value);
  });
  const loop = button(
    { class: "icon-btn", "aria-label": "Begin again at the end", title: "Begin again at the end" },
    () => player.isLooping.update((isLooping) => !isLooping),
    icon("retry"),
  );
  player.isLooping.follow((isLooping) => {
    loop.setAttribute("aria-pressed", String(isLooping));
    loop.classList.toggle("on", isLooping);
  });
  return el("span", { class: "play-settings" }, speed, loop);
}

/** "6 h 00" for a time in seconds. */
export function timeText(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds * 10) / 10} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")}`;
}
