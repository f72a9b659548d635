/** Which channels are shown, and how. */
import { withSolo } from "../model/channel_presets.ts";
import { autoContrast, type ChannelDisplay } from "../model/channels.ts";
import type { ChannelJson, ChannelRole } from "../model/contract.ts";
import type { Workspace } from "../tools/workspace.ts";
import { button, el, icon, kbd } from "./dom.ts";
import { histogram } from "./histogram.ts";

/** What a channel shows of a cell; colors and others go without a word. */
const ROLE_WORDS: Record<ChannelRole, string> = {
  nucleus: "nucleus",
  cytoplasm: "cytoplasm",
  transmitted: "brightfield",
  color: "",
  other: "",
};

export function channelsSection(
  workspace: Workspace,
  presets: HTMLElement,
  autoAll: () => void,
): HTMLElement {
  const { channels } = workspace.image;
  const solo = soloOf(workspace);
  return el(
    "section",
    { class: "sec" },
    el(
      "h2",
      {},
      "Channels",
      el(
        "span",
        { class: "head-acts" },
        presets,
        button({ class: "link", title: "Auto contrast" }, autoAll, "Auto ", kbd("T")),
      ),
    ),
    ...channels.map((channel, index) => channelRow(workspace, channel, index, solo)),
  );
}

/** Shows one channel alone, and the second time what was shown before. */
function soloOf({ channels }: Workspace): (index: number) => void {
  let before: readonly boolean[] | null = null;
  return (index) => {
    const visible = channels.value.map(({ isVisible }) => isVisible);
    channels.set(withSolo(channels.value, index, before));
    if (visible.filter(Boolean).length > 1) before = visible;
  };
}

function channelRow(
  workspace: Workspace,
  channel: ChannelJson,
  index: number,
  solo: (index: number) => void,
): HTMLElement {
  const change = (part: Partial<ChannelDisplay>) => {
    workspace.channels.update((displays) =>
      displays.map((display, c) => (c === index ? { ...display, ...part } : display)),
    );
  };
  const { name } = channel;
  const color = el("input", { type: "color", class: "dot", "aria-label": `Color of ${name}` });
  color.addEventListener("input", () => change({ color: color.value }));
  const eye = button({ class: "icon-btn eye" }, () => {
    change({ isVisible: !workspace.channels.value[index]!.isVisible });
  });
  const limits = limitFields(channel, change);
  const chart = histogram(channel, (low, high) => change({ low, high }));
  const gamma = gammaSlider(name, (value) => change({ gamma: value }));
  const auto = () => {
    const [low, high] = autoContrast(channel);
    change({ low, high });
  };
  chart.element.addEventListener("dblclick", auto);
  const acts = el(
    "span",
    { class: "channel-acts" },
    button({ class: "link", "aria-label": `Auto contrast of ${name}` }, auto, "Auto"),
    button(
      { class: "link", "aria-label": `Solo ${name}, or all again` },
      () => solo(index),
      "Solo",
    ),
    eye,
  );
  const values = el("div", { class: "channel-values" }, limits.element, gamma.element);
  const row = el("div", { class: "ch" }, color, nameOf(channel), acts, chart.element, values);
  workspace.channels.follow((displays) => {
    const display = displays[index]!;
    row.classList.toggle("off", !display.isVisible);
    color.value = display.color;
    eye.setAttribute("aria-pressed", String(display.isVisible));
    eye.setAttribute("aria-label", `Show ${name}`);
    eye.title = `${display.isVisible ? "Hide" : "Show"} ${name} (${index + 1})`;
    eye.replaceChildren(icon(display.isVisible ? "eye" : "eye_off"));
    limits.show(display);
    chart.show(display);
    gamma.show(display.gamma);
  });
  return row;
}

function nameOf({ name, role }: ChannelJson): HTMLElement {
  const word = ROLE_WORDS[role];
  return el(
    "span",
    { class: "channel-name", title: word ? `${name}, ${word}` : name },
    name,
    word ? el("small", { class: "faint" }, ` ${word}`) : null,
  );
}

/** The darkest and the brightest value as numbers that can be typed. */
function limitFields(
  { name, minimum, maximum }: ChannelJson,
  change: (part: Partial<ChannelDisplay>) => void,
) {
  const isWhole = Number.isInteger(minimum) && Number.isInteger(maximum) && maximum - minimum > 10;
  const field = (label: string) =>
    el("input", {
      type: "number",
      class: "value-field num",
      step: isWhole ? 1 : "any",
      "aria-label": `${name}: ${label} as a number`,
    });
  const [low, high] = [field("darkest value"), field("brightest value")];
  const read = () => {
    const [from, to] = [low.valueAsNumber, high.valueAsNumber];
    if (from < to) change({ low: from, high: to });
  };
  for (const input of [low, high]) input.addEventListener("change", read);
  const show = (display: ChannelDisplay) => {
    const text = (value: number) =>
      String(isWhole ? Math.round(value) : Number(value.toPrecision(4)));
    [low.value, high.value] = [text(display.low), text(display.high)];
  };
  return { element: el("span", { class: "limits" }, low, "–", high), show };
}

function gammaSlider(name: string, onChange: (gamma: number) => void) {
  // The slider is logarithmic: -1 is 1/3, 0 is 1, 1 is 3.
  const input = el("input", {
    type: "range",
    min: -1,
    max: 1,
    step: 0.02,
    "aria-label": `Gamma of ${name}`,
  });
  const text = el("span", { class: "faint mono num" });
  input.addEventListener("input", () => onChange(Number((3 ** input.valueAsNumber).toFixed(2))));
  const element = el("label", { class: "gamma faint" }, "γ", input, text);
  const show = (gamma: number) => {
    input.value = String(Math.log(gamma) / Math.log(3));
    input.style.setProperty("--part", String((input.valueAsNumber + 1) / 2));
    text.textContent = gamma.toFixed(2);
  };
  return { element, show };
}
