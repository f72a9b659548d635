/** The histogram of a channel with handles for the darkest and brightest value shown. */
import type { ChannelDisplay } from "../model/channels.ts";
import type { ChannelJson } from "../model/contract.ts";
import { el, svgEl } from "./dom.ts";

const HEIGHT = 38;
const STEPS = 1000;

export interface Histogram {
  readonly element: HTMLElement;
  show(display: ChannelDisplay): void;
}

export function histogram(
  channel: ChannelJson,
  onChange: (low: number, high: number) => void,
): Histogram {
  const { minimum, maximum, name } = channel;
  const isWhole = Number.isInteger(minimum) && Number.isInteger(maximum) && maximum - minimum > 10;
  const step = isWhole ? 1 : (maximum - minimum) / STEPS;
  const handle = (label: string) =>
    el("input", {
      type: "range",
      min: minimum,
      max: maximum,
      step,
      "aria-label": `${name}: ${label}`,
    });
  const [low, high] = [handle("darkest value"), handle("brightest value")];
  const shade = el("span", { class: "hist-window" });
  const read = () =>
    onChange(Math.min(low.valueAsNumber, high.valueAsNumber - step), high.valueAsNumber);
  const readHigh = () =>
    onChange(low.valueAsNumber, Math.max(high.valueAsNumber, low.valueAsNumber + step));
  low.addEventListener("input", read);
  high.addEventListener("input", readHigh);
  const svg = svgEl(
    "svg",
    {
      viewBox: `0 0 ${channel.histogram.length - 1} ${HEIGHT}`,
      preserveAspectRatio: "none",
      "aria-hidden": "true",
    },
    svgEl("path", { d: outline(channel.histogram) }),
  );
  return {
    element: el("div", { class: "hist" }, svg as unknown as HTMLElement, shade, low, high),
    show: (display) => {
      low.value = String(display.low);
      high.value = String(display.high);
      const part = (value: number) => (value - minimum) / Math.max(maximum - minimum, 1e-9);
      shade.style.left = `${100 * Math.max(0, part(display.low))}%`;
      shade.style.right = `${100 * Math.max(0, 1 - part(display.high))}%`;
    },
  };
}

/** The counts as a shape; by their square root, so that rare values can be seen too. */
export function outline(counts: readonly number[], shape: "line" | "steps" = "line"): string {
  const most = Math.sqrt(Math.max(1, ...counts));
  const heights = counts.map((count) => {
    return (HEIGHT - (HEIGHT - 3) * (Math.sqrt(count) / most)).toFixed(1);
  });
  if (shape === "steps") {
    const steps = heights.map((height, bin) => `L${bin} ${height} L${bin + 1} ${height}`);
    return `M0 ${HEIGHT} ${steps.join(" ")} L${counts.length} ${HEIGHT}Z`;
  }
  const points = heights.map((height, bin) => `${bin} ${height}`);
  return `M0 ${HEIGHT} L${points.join(" ")} L${counts.length - 1} ${HEIGHT}Z`;
}
