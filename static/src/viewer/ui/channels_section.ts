/** Which channels are shown, and how. */
import { autoContrast, type ChannelDisplay } from "../model/channels.ts";
import type { ChannelJson, ChannelRole } from "../model/contract.ts";
import type { Workspace } from "../tools/workspace.ts";
import { button, el, grouped, icon, kbd } from "./dom.ts";
import { histogram } from "./histogram.ts";

/** What a channel shows of a cell; colors and others go without a word. */
const ROLE_WORDS: Record<ChannelRole, string> = {
  nucleus: "nucleus",
  cytoplasm: "cytoplasm",
  transmitted: "brightfield",
  color: "",
  other: "",
};

export function channelsSection(workspace: Workspace, autoAll: () => void): HTMLElement {
  const { channels } = workspace.image;
  return el(
    "section",
    { class: "sec" },
    el(
      "h2",
      {},
      "Channels",
      button({ class: "link", title: "Auto contrast" }, autoAll, "Auto ", kbd("T")),
    ),
    ...channels.map((channel, index) => channelRow(workspace, channel, index)),
  );
}

function channelRow(workspace: Workspace, channel: ChannelJson, index: number): HTMLElement {
  const change = (part: Partial<ChannelDisplay>) => {
    workspace.channels.update((displays) =>
      displays.map((display, c) => (c === index ? { ...display, ...part } : display)),
    );
  };
  const color = el("input", {
    type: "color",
    class: "dot",
    "aria-label": `Color of ${channel.name}`,
  });
  color.addEventListener("input", () => change({ color: color.value }));
  const range = el("span", { class: "faint mono num" });
  const eye = button({ class: "icon-btn eye" }, () => {
    change({ isVisible: !workspace.channels.value[index]!.isVisible });
  });
  const role = ROLE_WORDS[channel.role];
  const name = el(
    "span",
    { class: "channel-name", title: role ? `${channel.name}, ${role}` : channel.name },
    channel.name,
    role ? el("small", { class: "faint" }, ` ${role}`) : null,
  );
  const chart = histogram(channel, (low, high) => change({ low, high }));
  const gamma = gammaSlider(channel.name, (value) => change({ gamma: value }));
  const row = el("div", { class: "ch" }, color, name, range, eye, chart.element, gamma.element);
  chart.element.addEventListener("dblclick", () => {
    const [low, high] = autoContrast(channel);
    change({ low, high });
  });
  workspace.channels.follow((displays) => {
    const display = displays[index]!;
    row.classList.toggle("off", !display.isVisible);
    color.value = display.color;
    range.textContent = display.isVisible ? rangeText(display) : "off";
    eye.setAttribute("aria-pressed", String(display.isVisible));
    eye.setAttribute("aria-label", `Show ${channel.name}`);
    eye.title = `${display.isVisible ? "Hide" : "Show"} ${channel.name} (${index + 1})`;
    eye.replaceChildren(icon(display.isVisible ? "eye" : "eye_off"));
    chart.show(display);
    gamma.show(display.gamma);
  });
  return row;
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

function rangeText({ low, high }: ChannelDisplay): string {
  const isWhole = Math.abs(high) >= 100;
  const text = (value: number) => (isWhole ? grouped(Math.round(value)) : value.toPrecision(3));
  return `${text(low)} – ${text(high)}`;
}
