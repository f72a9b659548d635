/** Ways to show the channels that a person has kept for a project, in a small menu. */
import type { UserSettings } from "../data/user_settings.ts";
import {
  type ChannelPreset,
  presetFrom,
  presetOf,
  presetsFrom,
  withPreset,
  withSafeColors,
} from "../model/channel_presets.ts";
import { initialDisplay } from "../model/channels.ts";
import type { Workspace } from "../tools/workspace.ts";
import { button, el, icon } from "./dom.ts";

const LONGEST_NAME = 40;

export class ChannelPresets {
  readonly element = el("details", { class: "menu presets" });
  readonly #workspace: Workspace;
  readonly #settings: UserSettings;
  readonly #list = el("div", { class: "list" });
  readonly #name = el("input", {
    class: "field",
    "aria-label": "Name of the new preset",
    placeholder: "Keep these as…",
    maxlength: LONGEST_NAME,
  });

  constructor(workspace: Workspace, settings: UserSettings) {
    this.#workspace = workspace;
    this.#settings = settings;
    const summary = el("summary", { class: "link" }, "Presets");
    this.element.append(summary, this.#list);
    this.#name.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.#keep();
    });
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.element.open) return;
      event.stopPropagation();
      this.#close();
      summary.focus();
    });
    this.element.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget instanceof Node && !this.element.contains(relatedTarget)) this.#close();
    });
    this.#fill();
  }

  /** Show the channels as at the last visit to this project. */
  recall(): void {
    const { channels, image } = this.#workspace;
    const last = presetFrom(this.#settings.read(this.#key("last")));
    channels.set(withPreset(image.channels, channels.value, last));
  }

  /** From now on every change is kept for the next visit; what a link brought is not. */
  remember(): void {
    const { channels, image } = this.#workspace;
    const key = this.#key("last");
    channels.listen((now) => this.#settings.write(key, presetOf(image.channels, now)));
  }

  #key(name: string): string {
    return `channels.${this.#workspace.image.project.id}.${name}`;
  }

  #presets(): ChannelPreset[] {
    return presetsFrom(this.#settings.read(this.#key("presets")));
  }

  #write(presets: readonly ChannelPreset[]): void {
    this.#settings.write(this.#key("presets"), presets);
    this.#fill();
  }

  #close(): void {
    this.element.open = false;
  }

  #fill(): void {
    const { image, channels } = this.#workspace;
    const choose = (text: string, run: () => void) => {
      const runAndClose = () => {
        run();
        this.#close();
      };
      return button({}, runAndClose, text);
    };
    this.#list.replaceChildren(
      choose("As in the file", () => channels.set(image.channels.map(initialDisplay))),
      choose("Color-blind safe colors", () =>
        channels.update((displays) => withSafeColors(image.channels, displays)),
      ),
      ...this.#presets().map((preset) => this.#row(preset)),
      el(
        "div",
        { class: "preset-new" },
        this.#name,
        button({ class: "icon-btn", "aria-label": "Keep" }, () => this.#keep(), icon("check")),
      ),
    );
  }

  #row({ name, channels }: ChannelPreset): HTMLElement {
    const { image } = this.#workspace;
    const use = () => {
      this.#workspace.channels.update((displays) => withPreset(image.channels, displays, channels));
      this.#close();
    };
    const forget = () => this.#write(this.#presets().filter((other) => other.name !== name));
    return el(
      "div",
      { class: "preset-row" },
      button({}, use, name),
      button({ class: "icon-btn", "aria-label": `Forget ${name}` }, forget, icon("trash")),
    );
  }

  /** A preset of the same name is replaced. */
  #keep(): void {
    const name = this.#name.value.trim();
    if (name === "") {
      this.#name.focus();
      return;
    }
    const { image, channels } = this.#workspace;
    const others = this.#presets().filter((preset) => preset.name !== name);
    this.#write([...others, { name, channels: presetOf(image.channels, channels.value) }]);
    this.#name.value = "";
    this.#close();
    this.#workspace.say("info", `“${name}” is kept for this project.`);
  }
}
