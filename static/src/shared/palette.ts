import { Refusal, send } from "./send.ts";

/** The search that Ctrl K opens on every page: projects, datasets and images by a few keys. */
interface Place {
  name: string;
  inside: string;
  url: string;
}

interface Found {
  projects: Place[];
  datasets: Place[];
  images: Place[];
  has_more: boolean;
}

interface Choice extends Place {
  kind: string;
}

const TYPING_REST_MS = 140;

export function listenForPalette(): void {
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey)
      return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    openPalette();
  });
  document.addEventListener("click", (event) => {
    if (!(event instanceof MouseEvent) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!(event.target instanceof Element) || !event.target.closest("[data-palette]")) return;
    event.preventDefault();
    openPalette();
  });
}

function openPalette(): void {
  const dialog = document.createElement("dialog");
  dialog.className = "palette";
  dialog.setAttribute("aria-label", "Search");
  const input = document.createElement("input");
  input.type = "search";
  input.placeholder = "Search projects, datasets and images";
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-expanded", "true");
  input.setAttribute("aria-controls", "palette-list");
  input.setAttribute("aria-label", "Search projects, datasets and images");
  const list = document.createElement("div");
  list.id = "palette-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "What fits");
  const said = document.createElement("p");
  said.setAttribute("role", "status");
  dialog.append(input, list, said);
  document.body.append(dialog);
  dialog.showModal();
  dialog.addEventListener("close", () => dialog.remove());
  new Palette(input, list, said).listen();
}

class Palette {
  private choices: Choice[] = [];
  private chosen = 0;
  private timer = 0;
  private asked = 0;

  constructor(
    private readonly input: HTMLInputElement,
    private readonly list: HTMLElement,
    private readonly said: HTMLElement,
  ) {}

  listen(): void {
    this.say("Words of names, or conditions such as tag:treated and well:B02.");
    this.input.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.ask(), TYPING_REST_MS);
    });
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") this.choose(this.chosen + 1);
      else if (event.key === "ArrowUp") this.choose(this.chosen - 1);
      else if (event.key === "Enter") this.go();
      else return;
      event.preventDefault();
    });
  }

  private async ask(): Promise<void> {
    const words = this.input.value.trim();
    this.asked += 1;
    const mine = this.asked;
    if (!words) {
      this.show([]);
      return;
    }
    try {
      const found = (await send("GET", `/api/search?q=${encodeURIComponent(words)}`)) as Found;
      if (mine !== this.asked) return;
      const fitting = choicesOf(found);
      this.show([...fitting, allOf(words)]);
      this.say(fitting.length ? "" : "Nothing fits.");
    } catch (error) {
      if (mine !== this.asked) return;
      this.show([]);
      this.say(error instanceof Refusal ? error.message : "No connection. Try again in a moment.");
    }
  }

  private show(choices: Choice[]): void {
    this.choices = choices;
    this.list.replaceChildren(...choices.map(optionOf));
    this.choose(0);
  }

  private choose(place: number): void {
    if (!this.choices.length) return;
    this.chosen = (place + this.choices.length) % this.choices.length;
    [...this.list.children].forEach((option, index) => {
      option.setAttribute("aria-selected", String(index === this.chosen));
      if (index === this.chosen) option.scrollIntoView({ block: "nearest" });
    });
    this.input.setAttribute("aria-activedescendant", `palette-${this.chosen}`);
  }

  private go(): void {
    const choice = this.choices[this.chosen] ?? allOf(this.input.value.trim());
    location.assign(choice.url);
  }

  private say(sentence: string): void {
    this.said.textContent = sentence;
  }
}

function choicesOf(found: Found): Choice[] {
  return [
    ...found.projects.map((place) => ({ ...place, kind: "Project" })),
    ...found.datasets.map((place) => ({ ...place, kind: "Dataset" })),
    ...found.images.map((place) => ({ ...place, kind: "Image" })),
  ];
}

function allOf(words: string): Choice {
  const url = `/search?q=${encodeURIComponent(words)}`;
  return { name: `All that fits “${words}”`, inside: "", url, kind: "" };
}

function optionOf(choice: Choice, index: number): HTMLElement {
  const option = document.createElement("a");
  option.href = choice.url;
  option.id = `palette-${index}`;
  option.setAttribute("role", "option");
  option.tabIndex = -1;
  const name = document.createElement("b");
  name.className = "clip";
  name.textContent = choice.name;
  const inside = document.createElement("span");
  inside.className = "clip";
  inside.textContent = choice.inside;
  const kind = document.createElement("span");
  kind.className = "push";
  kind.textContent = choice.kind;
  option.append(name, inside, kind);
  return option;
}
