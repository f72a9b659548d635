import { writeTimes } from "./times.ts";

const WAIT_MS = 700;

/** What the server sent for each `[data-key]`, before scripts changed anything in it. */
const known = new WeakMap<Element, string>();
let isWaiting = false;
let isFetching = false;
let isAskedAgain = false;

/** Remember what the server sent; call once before the page is changed. */
export function rememberSent(root: ParentNode = document): void {
  for (const element of root.querySelectorAll("[data-live] [data-key]")) {
    known.set(element, comparable(element.outerHTML));
  }
  for (const region of root.querySelectorAll("[data-live]")) {
    known.set(region, comparable(region.innerHTML));
  }
}

/** Form tokens differ in every answer and say nothing about the content. */
function comparable(html: string): string {
  return html.replace(/(name="csrfmiddlewaretoken" value=")[^"]*/g, "$1");
}

/**
 * Ask for the page again and put in what has changed in its `[data-live]` regions; calls that
 * come close together are one.
 */
export function refreshSoon(): void {
  if (isWaiting) return;
  if (isFetching) {
    isAskedAgain = true;
    return;
  }
  isWaiting = true;
  setTimeout(() => {
    isWaiting = false;
    void refresh();
  }, WAIT_MS);
}

/** Ask for `url` now and take over its live regions. */
export async function refresh(url: string = location.href): Promise<void> {
  isFetching = true;
  try {
    const response = await fetch(url, { headers: { Accept: "text/html" } });
    if (response.ok && !response.redirected) takeOver(await response.text());
  } catch {
    // Offline: the next message or the reconnection asks again.
  } finally {
    isFetching = false;
    if (isAskedAgain) {
      isAskedAgain = false;
      refreshSoon();
    }
  }
}

function takeOver(html: string): void {
  const sent = new DOMParser().parseFromString(html, "text/html");
  for (const fresh of sent.querySelectorAll<HTMLElement>("[data-live]")) {
    const name = fresh.dataset.live ?? "";
    const region = document.querySelector<HTMLElement>(`[data-live="${name}"]`);
    if (!region) continue;
    if (region.contains(document.activeElement) && !region.querySelector("[data-key]")) continue;
    if (known.get(region) === comparable(fresh.innerHTML)) continue;
    known.set(region, comparable(fresh.innerHTML));
    if (fresh.querySelector(":scope > [data-key]")) mergeChildren(region, fresh);
    else region.replaceChildren(...fresh.childNodes);
    writeTimes(region);
  }
  document.dispatchEvent(new CustomEvent("refreshed"));
}

/** Keep the elements that stay as they are, so that nothing flickers and focus is kept. */
function mergeChildren(region: HTMLElement, fresh: HTMLElement): void {
  const present = new Map<string, Element>();
  for (const child of region.querySelectorAll(":scope > [data-key]")) {
    present.set((child as HTMLElement).dataset.key ?? "", child);
  }
  const children = [...fresh.children].map((child) => {
    const html = comparable(child.outerHTML);
    const old = present.get((child as HTMLElement).dataset.key ?? "");
    if (old && known.get(old) === html) return old;
    if (old?.contains(document.activeElement)) return old;
    known.set(child, html);
    if (old) keepChoice(old, child);
    return child;
  });
  const isSame =
    children.length === region.children.length &&
    children.every((child, index) => child === region.children[index]);
  if (!isSame) region.replaceChildren(...children);
}

function keepChoice(old: Element, fresh: Element): void {
  const before = old.querySelector<HTMLInputElement>("input[type=checkbox]");
  const after = fresh.querySelector<HTMLInputElement>("input[type=checkbox]");
  if (before && after) after.checked = before.checked;
}
