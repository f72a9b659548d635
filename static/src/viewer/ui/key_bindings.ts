/** The keys of the commands as this person has them; kept with her settings. */
import type { UserSettings } from "../data/user_settings.ts";
import {
  type CustomKeys,
  customKeysFrom,
  keysOfAll,
  withKey,
  withoutKey,
} from "../model/key_bindings.ts";
import { Signal } from "../model/signal.ts";
import type { Command } from "./commands.ts";
import { keyText } from "./dialogs.ts";

const SETTING = "keys";

export class KeyBindings {
  readonly commands: readonly Command[];
  readonly custom: Signal<CustomKeys>;
  readonly #settings: UserSettings;
  #keys: ReadonlyMap<string, readonly string[]>;
  #byKey: ReadonlyMap<string, Command>;

  constructor(commands: readonly Command[], settings: UserSettings) {
    this.commands = commands;
    this.#settings = settings;
    this.custom = new Signal(customKeysFrom(settings.read(SETTING)));
    this.#keys = new Map();
    this.#byKey = new Map();
    this.custom.follow((custom) => this.#apply(custom));
  }

  commandFor(key: string): Command | undefined {
    return this.#byKey.get(key);
  }

  command(id: string): Command {
    return this.commands.find((command) => command.id === id)!;
  }

  /** How the keys of a command are written; none when another command has taken its key. */
  textsOf(id: string): readonly string[] {
    const { shown } = this.command(id);
    if (shown && this.custom.value[id] === undefined) return shown;
    return (this.#keys.get(id) ?? []).slice(0, 1).map(keyText);
  }

  change(id: string, key: string): void {
    this.#set(withKey(this.custom.value, id, key));
  }

  reset(id: string): void {
    this.#set(withoutKey(this.custom.value, id));
  }

  resetAll(): void {
    this.#set({});
  }

  #set(custom: CustomKeys): void {
    this.custom.set(custom);
    this.#settings.write(SETTING, custom);
  }

  #apply(custom: CustomKeys): void {
    this.#keys = keysOfAll(this.commands, custom);
    const byKey = new Map<string, Command>();
    for (const command of this.commands) {
      for (const key of this.#keys.get(command.id)!) byKey.set(key, command);
    }
    this.#byKey = byKey;
  }
}
