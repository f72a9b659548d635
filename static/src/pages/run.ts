import "./shell.ts";
import { listenToProject, projectsOfPage } from "../shared/live.ts";
import { refreshSoon } from "../shared/refresh.ts";

/** A running job's bar moves with every message; everything else is asked for again. */
const run = document.body.dataset.run;

for (const project of projectsOfPage()) {
  listenToProject(project, (message) => {
    if (message.type === "job" && message.run === run && message.state === "running") {
      if (moveBar(String(message.job), Number(message.progress))) return;
    }
    refreshSoon();
  });
}

function moveBar(job: string, progress: number): boolean {
  const bar = document.querySelector<HTMLProgressElement>(
    `[data-job="${CSS.escape(job)}"] progress`,
  );
  if (bar) bar.value = progress;
  return bar !== null;
}
