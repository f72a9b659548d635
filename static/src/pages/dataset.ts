import "./shell.ts";
import { listenToProject, projectsOfPage } from "../shared/live.ts";
import { refreshSoon } from "../shared/refresh.ts";
import { listenForSelection } from "../shared/selection.ts";

/** The dataset page: select many, and stay as true as the server. */
const FILTER_WAIT_MS = 350;

listenForSelection();
for (const project of projectsOfPage()) listenToProject(project, refreshSoon);

/** Typing filters after a short rest; the caret comes back where it was. */
const words = document.querySelector<HTMLInputElement>("[data-filters] input[name=q]");
if (words) {
  const before = words.value;
  let timer = 0;
  words.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      if (words.value === before) return;
      sessionStorage.setItem("filter-focus", "1");
      words.form?.requestSubmit();
    }, FILTER_WAIT_MS);
  });
  if (sessionStorage.getItem("filter-focus")) {
    sessionStorage.removeItem("filter-focus");
    words.focus();
    words.setSelectionRange(words.value.length, words.value.length);
  }
}
