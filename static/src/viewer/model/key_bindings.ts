/** Which key runs which command: the keys that the viewer comes with, and those a person chose. */

export interface Bindable {
  readonly id: string;
  readonly title: string;
  /** The keys that it comes with. */
  readonly keys: readonly string[];
}

/** The key that a person gave a command, by its id; it stands in place of all it came with. */
export type CustomKeys = Readonly<Record<string, string>>;

/** These always do the same. */
const FIXED: Readonly<Record<string, string>> = {
  escape: "Escape always leaves what was begun.",
  tab: "Tab moves through the buttons of the page.",
  " ": "Space moves the picture while it is held.",
  h: "H hides the masks while it is held.",
};
const MOST_CUSTOM = 200;
const LONGEST_KEY = 24;

/** The keys of every command; a chosen key is taken away from whatever had it. */
export function keysOfAll(
  commands: readonly Bindable[],
  custom: CustomKeys,
): ReadonlyMap<string, readonly string[]> {
  const known = new Set(commands.map(({ id }) => id));
  const chosen = new Set(
    Object.entries(custom).flatMap(([id, key]) => (known.has(id) ? [key] : [])),
  );
  const keysOf = ({ id, keys }: Bindable): readonly string[] => {
    const own = custom[id];
    return own === undefined ? keys.filter((key) => !chosen.has(key)) : [own];
  };
  return new Map(commands.map((command) => [command.id, keysOf(command)]));
}

/** Why a key cannot be given to any command; null when it can. */
export function refusal(key: string): string | null {
  const fixed = FIXED[key];
  if (fixed !== undefined) return `${fixed} Press another key.`;
  if (key.startsWith("ctrl+")) return "Keys with Ctrl belong to the browser. Press another key.";
  return null;
}

/** The other command that has the key now. */
export function holderOf(
  commands: readonly Bindable[],
  custom: CustomKeys,
  id: string,
  key: string,
): Bindable | null {
  const keys = keysOfAll(commands, custom);
  return commands.find((other) => other.id !== id && keys.get(other.id)!.includes(key)) ?? null;
}

/** With one more choice; a command that was given the same key before loses its choice. */
export function withKey(custom: CustomKeys, id: string, key: string): CustomKeys {
  return {
    ...Object.fromEntries(Object.entries(custom).filter(([, other]) => other !== key)),
    [id]: key,
  };
}

export function withoutKey(custom: CustomKeys, id: string): CustomKeys {
  return Object.fromEntries(Object.entries(custom).filter(([other]) => other !== id));
}

/** What was kept somewhere, as far as it is valid. */
export function customKeysFrom(value: unknown): CustomKeys {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  let custom: CustomKeys = {};
  for (const [id, key] of Object.entries(value).slice(0, MOST_CUSTOM)) {
    const isKey = typeof key === "string" && key !== "" && key.length <= LONGEST_KEY;
    if (isKey && refusal(key) === null) custom = withKey(custom, id, key);
  }
  return custom;
}
