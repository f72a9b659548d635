/** Submit, approve, send back, reopen. Everything is saved before anything is decided. */
import { type ReviewVerb, review } from "../data/annotation_api.ts";
import type { AnnotationJson, Verb } from "../model/contract.ts";
import type { Editor } from "../tools/editor.ts";
import { askForText } from "./dialogs.ts";
import { button, el, icon, kbd } from "./dom.ts";

const WAIT_FOR_SAVING_MS = 8000;

/** Open the image at an address; `said` is told there first. */
export type GoTo = (address: string, said?: string) => void;

export class ReviewActions {
  readonly element = el("span", { class: "verbs" });
  readonly #editor: Editor;
  readonly #goTo: GoTo;
  #isBusy = false;

  constructor(editor: Editor, goTo: GoTo) {
    this.#editor = editor;
    this.#goTo = goTo;
    editor.workspace.annotation.follow((annotation) => this.#show(annotation));
  }

  /** Submit this image and open the next one. */
  async submit(): Promise<void> {
    const { annotation } = this.#editor.workspace;
    const { can, reasons } = annotation.value;
    if (!can.submit) {
      if (annotation.value.can.approve) await this.approve();
      else this.#say(reasons.submit ?? "This image cannot be submitted now.");
      return;
    }
    if (await this.#act({ verb: "submit" })) this.#openNext("Submitted.");
  }

  async approve(): Promise<void> {
    const { annotation, document } = this.#editor.workspace;
    if (!annotation.value.can.approve) return;
    const action: ReviewVerb = { verb: "approve", version: document.version.value };
    if (await this.#act(action)) this.#openNext("Approved.");
  }

  async #sendBack(): Promise<void> {
    const comment = await askForText({
      title: "Send back",
      label: "What should be corrected?",
      confirm: "Send back",
    });
    if (comment && (await this.#act({ verb: "send_back", comment }))) this.#openNext("Sent back.");
  }

  async #reopen(): Promise<void> {
    const reason = await askForText({
      title: "Reopen this image",
      label: "Why is it opened again?",
      confirm: "Reopen",
    });
    if (reason) await this.#act({ verb: "reopen", reason });
  }

  #show(annotation: AnnotationJson): void {
    const { can, state } = annotation;
    const isReview = state === "in_review";
    const buttons: HTMLElement[] = [];
    if (can.reopen) buttons.push(this.#button("Reopen", "reopen", () => this.#reopen()));
    if (can.send_back) buttons.push(this.#button("Send back", "send_back", () => this.#sendBack()));
    if (can.approve) {
      const look = isReview || !can.submit ? "primary" : "";
      const enter = look === "primary" ? kbd("↵") : null;
      buttons.push(this.#button("Approve", "check", () => this.approve(), look, enter));
    }
    if (can.submit) {
      const text = this.#editor.workspace.image.next_url ? "Submit and next" : "Submit";
      buttons.push(this.#button(text, null, () => this.submit(), "primary", kbd("↵")));
    }
    if (buttons.length === 0) buttons.push(disabledVerb("Submit", "submit", annotation));
    this.element.replaceChildren(...buttons);
  }

  #button(
    text: string,
    iconName: string | null,
    run: () => Promise<void>,
    look = "",
    key: HTMLElement | null = null,
  ): HTMLButtonElement {
    return button(
      { class: `btn ${look}` },
      () => void run(),
      iconName ? icon(iconName) : null,
      text,
      key,
    );
  }

  async #act(action: ReviewVerb): Promise<boolean> {
    if (this.#isBusy) return false;
    this.#isBusy = true;
    const { annotation, document } = this.#editor.workspace;
    try {
      if (!(await this.#allSaved())) return false;
      const current =
        action.verb === "approve" ? { ...action, version: document.version.value } : action;
      annotation.set(await review(annotation.value, current));
      return true;
    } catch (error) {
      this.#say(error instanceof Error ? error.message : String(error));
      return false;
    } finally {
      this.#isBusy = false;
    }
  }

  async #allSaved(): Promise<boolean> {
    const { state } = this.#editor.sync.outbox;
    if (state.value.kind !== "saved") {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, WAIT_FOR_SAVING_MS);
        state.listen((now) => {
          if (now.kind !== "saved") return;
          clearTimeout(timer);
          resolve();
        });
      });
    }
    const { conflicts } = this.#editor;
    if (conflicts.all.length > 0) {
      conflicts.goThere();
      this.#say("A change of yours is not saved yet: decide first which one is to hold.");
      return false;
    }
    if (state.value.kind === "saved") return true;
    this.#say("Some of your changes are not saved yet; try again when the connection is back.");
    return false;
  }

  #openNext(done: string): void {
    const { next_url, dataset } = this.#editor.workspace.image;
    // The place of the last cell says nothing about the next image: that is shown as a whole.
    if (next_url) this.#goTo(next_url, done);
    else {
      this.#editor.workspace.say("info", `${done} This was the last image of the dataset.`, {
        label: "Open the dataset",
        run: () => location.assign(dataset.url),
      });
    }
  }

  #say(text: string): void {
    this.#editor.workspace.say("warning", text);
  }
}

function disabledVerb(text: string, verb: Verb, { reasons }: AnnotationJson): HTMLElement {
  const reason = reasons[verb] ?? "";
  // aria-disabled instead of disabled, so that the reason can be reached.
  const element = button({ class: "btn", "aria-disabled": "true", title: reason }, () => {}, text);
  if (reason) element.setAttribute("aria-label", `${text}: ${reason}`);
  return element;
}
