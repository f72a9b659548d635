/** Buttons that open and close dialogs, and forms that ask before they are sent. */
export function listenForDialogs(): void {
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const opener = event.target.closest<HTMLElement>("[data-opens]");
    if (opener) dialogOf(opener.dataset.opens ?? "")?.showModal();
    if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
    if (event.target instanceof HTMLDialogElement) event.target.close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
    // A dialog in a larger form: Enter means the dialog's own button, not the form's first.
    const dialog = event.target.closest("form dialog");
    const buttons = dialog?.querySelectorAll<HTMLButtonElement>("button[formaction]");
    const own = buttons?.item(buttons.length - 1);
    if (!own) return;
    event.preventDefault();
    own.click();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.dataset.asks) return;
    event.preventDefault();
    const question = form.dataset.asks;
    ask(question, event.submitter?.textContent?.trim() ?? "Yes").then((isSure) => {
      if (!isSure) return;
      delete form.dataset.asks;
      form.requestSubmit(event.submitter);
    });
  });
}

function dialogOf(id: string): HTMLDialogElement | null {
  const found = document.getElementById(id);
  return found instanceof HTMLDialogElement ? found : null;
}

/** A question with two answers; Escape and a click outside mean no. */
export function ask(question: string, yes: string): Promise<boolean> {
  const dialog = document.createElement("dialog");
  const inside = document.createElement("div");
  inside.className = "inside";
  const title = document.createElement("h2");
  const [first = "", ...rest] = question.split(/(?<=\?) /);
  title.textContent = first;
  title.id = "question";
  dialog.setAttribute("aria-labelledby", title.id);
  const said = document.createElement("p");
  said.textContent = rest.join(" ");
  const actions = document.createElement("div");
  actions.className = "form";
  const row = document.createElement("div");
  row.className = "actions";
  const no = button("Cancel", "btn");
  const sure = button(yes, "btn primary");
  row.append(no, sure);
  actions.append(row);
  inside.append(title, said, actions);
  dialog.append(inside);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    sure.addEventListener("click", () => dialog.close("yes"));
    no.addEventListener("click", () => dialog.close("no"));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}

function button(text: string, className: string): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = className;
  made.textContent = text;
  return made;
}
