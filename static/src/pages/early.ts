/**
 * What a person does before the page's script is there is done when it is: on a slow line a page
 * can be seen, and clicked, seconds before. This one stands at the head and is loaded first;
 * deferred scripts have run when DOMContentLoaded comes.
 */
const kept: (() => void)[] = [];

function keepClick(event: Event): void {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (button?.type === "button") kept.push(() => button.click());
}

function keepChange(event: Event): void {
  const field = event.target;
  kept.push(() => field?.dispatchEvent(new Event("change", { bubbles: true })));
}

/** A form that asks first is never sent unasked. */
function keepSubmit(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.dataset.asks) return;
  event.preventDefault();
  kept.push(() => form.requestSubmit(event.submitter));
}

document.addEventListener("click", keepClick);
document.addEventListener("change", keepChange);
document.addEventListener("submit", keepSubmit);
document.addEventListener("DOMContentLoaded", () => {
  document.removeEventListener("click", keepClick);
  document.removeEventListener("change", keepChange);
  document.removeEventListener("submit", keepSubmit);
  for (const act of kept.splice(0)) act();
});
