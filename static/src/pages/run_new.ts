import "./shell.ts";
import { listenForPreparing } from "./preparing.ts";

/** The summary follows the chosen method; numbers are checked as they are typed; Enter starts. */
const time = document.querySelector("#time");
const title = document.querySelector("#method-title");

document.addEventListener("change", (event) => {
  const chosen = event.target;
  if (chosen instanceof HTMLSelectElement) followWeights(chosen);
  if (!(chosen instanceof HTMLInputElement) || chosen.name !== "method") return;
  if (time) time.textContent = chosen.dataset.time ?? "";
  if (title) title.textContent = chosen.dataset.title ?? "";
});

/** Other weights take another time. */
function followWeights(select: HTMLSelectElement): void {
  const wanted = select.selectedOptions[0]?.dataset.time;
  const method = select.closest(".method")?.querySelector<HTMLInputElement>("input[name=method]");
  if (wanted === undefined || !method) return;
  method.dataset.time = wanted;
  const shown = method.closest("label")?.querySelector(".time");
  if (shown) shown.textContent = wanted;
  if (time && method.checked) time.textContent = wanted;
}

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || field.dataset.minimum === undefined) return;
  field.setCustomValidity(sentenceAbout(field));
  field.setAttribute("aria-invalid", String(!field.validity.valid));
});

function sentenceAbout(field: HTMLInputElement): string {
  const text = field.value.trim().replace(",", ".");
  if (text === "") return "";
  const value = Number(text);
  const minimum = Number(field.dataset.minimum || -Infinity);
  const maximum = Number(field.dataset.maximum || Infinity);
  if (Number.isNaN(value)) return "This is not a number.";
  if (value < minimum || value > maximum) return `Between ${minimum} and ${maximum}.`;
  return "";
}

listenForPreparing();

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target !== document.body) return;
  document.querySelector<HTMLButtonElement>(".summary .btn.primary")?.click();
});
