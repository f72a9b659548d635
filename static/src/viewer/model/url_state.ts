/** What the address of the page remembers, so that a link shows the same picture. */
import type { ChannelDisplay } from "./channels.ts";

export interface UrlState {
  readonly y: number;
  readonly x: number;
  readonly zoom: number;
  readonly t: number;
  readonly z: number;
  /** The selected cells; of very many only the first are kept. */
  readonly labels: readonly number[];
  readonly channels: readonly ChannelDisplay[];
}

/** So many cells fit in an address that every program takes. */
const MOST_LABELS = 60;
const COLOR = /^[0-9a-f]{6}$/;

/** The query string, without "?". */
export function writeUrlState(state: UrlState): string {
  const query = new URLSearchParams();
  query.set("at", `${round(state.y, 1)},${round(state.x, 1)}`);
  query.set("zoom", String(round(state.zoom, 4)));
  if (state.t > 0) query.set("t", String(state.t));
  if (state.z > 0) query.set("z", String(state.z));
  if (state.labels.length > 0) query.set("cell", state.labels.slice(0, MOST_LABELS).join("~"));
  query.set("c", state.channels.map(writeChannel).join("~"));
  return query.toString();
}

/** Reads what is there and valid; a link that was cut short still opens. */
export function readUrlState(text: string, channels: readonly ChannelDisplay[]): Partial<UrlState> {
  const query = new URLSearchParams(text);
  const at = (query.get("at") ?? "").split(",").map(Number);
  const position = at.length === 2 && at.every(Number.isFinite) ? { y: at[0]!, x: at[1]! } : {};
  const zoom = Number(query.get("zoom"));
  const cells = (query.get("cell") ?? "").split("~").map(wholeNumber);
  const labels = cells.filter((label) => label !== null).slice(0, MOST_LABELS);
  const [t, z] = [wholeNumber(query.get("t")), wholeNumber(query.get("z"))];
  return {
    ...position,
    ...(zoom > 0 && Number.isFinite(zoom) ? { zoom } : {}),
    ...(t === null ? {} : { t }),
    ...(z === null ? {} : { z }),
    ...(labels.length > 0 ? { labels } : {}),
    channels: readChannels(query.get("c"), channels),
  };
}

function writeChannel(channel: ChannelDisplay): string {
  const { isVisible, color, low, high, gamma } = channel;
  const numbers = [low, high, gamma].map((value) => Number(value.toPrecision(6)));
  return [isVisible ? 1 : 0, color.slice(1), ...numbers].join("_");
}

function readChannels(text: string | null, known: readonly ChannelDisplay[]): ChannelDisplay[] {
  const parts = (text ?? "").split("~");
  return known.map((channel, index) => readChannel(parts[index] ?? "") ?? channel);
}

function readChannel(text: string): ChannelDisplay | null {
  const [visible, color, ...rest] = text.split("_");
  const [low, high, gamma] = rest.map(Number);
  if (low === undefined || high === undefined || gamma === undefined) return null;
  const isValid = [low, high, gamma].every(Number.isFinite) && gamma > 0;
  if (!isValid || !COLOR.test(color ?? "")) return null;
  return { isVisible: visible === "1", color: `#${color}`, low, high, gamma };
}

function wholeNumber(text: string | null): number | null {
  if (text === null || !/^\d{1,10}$/.test(text)) return null;
  return Number(text);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
