/** How the channels of a project are shown, kept by the names of the channels. */
import type { ChannelDisplay } from "./channels.ts";
import type { ChannelJson } from "./contract.ts";

/** The displays of channels by their names; other channels stay as they are. */
export type PresetChannels = Readonly<Record<string, ChannelDisplay>>;

export interface ChannelPreset {
  readonly name: string;
  readonly channels: PresetChannels;
}

const COLOR = /^#[0-9a-f]{6}$/;

export function presetOf(
  channels: readonly ChannelJson[],
  displays: readonly ChannelDisplay[],
): PresetChannels {
  return Object.fromEntries(channels.map(({ name }, index) => [name, displays[index]!]));
}

export function withPreset(
  channels: readonly ChannelJson[],
  displays: readonly ChannelDisplay[],
  preset: PresetChannels,
): readonly ChannelDisplay[] {
  const wanted = displays.map((display, index) => {
    const kept = preset[channels[index]!.name];
    return kept === undefined || looksSame(kept, display) ? display : kept;
  });
  // The very same array where nothing changes, so that nothing is drawn again.
  return wanted.every((display, index) => display === displays[index]) ? displays : wanted;
}

function looksSame(a: ChannelDisplay, b: ChannelDisplay): boolean {
  const isSameRange = a.low === b.low && a.high === b.high && a.gamma === b.gamma;
  return isSameRange && a.isVisible === b.isVisible && a.color === b.color;
}

/** What was stored, as far as it is valid. */
export function presetsFrom(stored: unknown): ChannelPreset[] {
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((entry) => {
    const isNamed = isObject(entry) && typeof entry.name === "string" && entry.name !== "";
    return isNamed ? [{ name: entry.name as string, channels: presetFrom(entry.channels) }] : [];
  });
}

export function presetFrom(stored: unknown): PresetChannels {
  if (!isObject(stored)) return {};
  return Object.fromEntries(
    Object.entries(stored).filter((entry): entry is [string, ChannelDisplay] =>
      isDisplay(entry[1]),
    ),
  );
}

/** Colours that are told apart in any colour vision; a transmitted light stays as it is. */
export function withSafeColors(
  channels: readonly ChannelJson[],
  displays: readonly ChannelDisplay[],
): ChannelDisplay[] {
  const stained = channels.flatMap(({ role, index }) => (role === "transmitted" ? [] : [index]));
  const palette = SAFE_COLORS.find(({ length }) => length >= stained.length) ?? SAFE_COLORS.at(-1)!;
  return displays.map((display, index) => {
    const place = stained.indexOf(index);
    return place < 0 ? display : { ...display, color: palette[place % palette.length]! };
  });
}

/** For two stains, for three, and for more (Okabe and Ito). */
const SAFE_COLORS: readonly (readonly string[])[] = [
  ["#ff4dff", "#3dff5a"],
  ["#00d5ff", "#ff4dff", "#ffe14d"],
  ["#56b4e9", "#e69f00", "#009e73", "#f0e442", "#cc79a7", "#d55e00"],
];

/** Only this channel; or all that were shown before, when it is the only one already. */
export function withSolo(
  displays: readonly ChannelDisplay[],
  index: number,
  before: readonly boolean[] | null,
): ChannelDisplay[] {
  const isSolo = displays.every(({ isVisible }, c) => isVisible === (c === index));
  return displays.map((display, c) => {
    return { ...display, isVisible: isSolo ? (before?.[c] ?? true) : c === index };
  });
}

function isDisplay(value: unknown): value is ChannelDisplay {
  if (!isObject(value)) return false;
  const { isVisible, color, low, high, gamma } = value;
  const areNumbers = [low, high, gamma].every((number) => Number.isFinite(number));
  const isColor = typeof color === "string" && COLOR.test(color);
  return typeof isVisible === "boolean" && isColor && areNumbers && (gamma as number) > 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
