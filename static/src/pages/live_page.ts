import "./shell.ts";
import { listenToProject, projectsOfPage } from "../shared/live.ts";
import { refreshSoon } from "../shared/refresh.ts";

/** A page that is as true as the server: every message of its projects asks for it again. */
for (const project of projectsOfPage()) listenToProject(project, refreshSoon);
