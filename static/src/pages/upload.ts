import "./shell.ts";
import { listenToProject, projectsOfPage } from "../shared/live.ts";
import { UploadPage } from "../shared/uploads/upload_page.ts";

/** Send files in parts, three at a time; the server's rows are live. */
const page = new UploadPage(document.body.dataset.dataset ?? "");

for (const project of projectsOfPage()) listenToProject(project, (message) => page.hear(message));
