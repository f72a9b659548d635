/** What the project's websocket says. */
export interface Message {
  type: string;
  [field: string]: unknown;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/**
 * Listen to a project until the page is left; a lost connection is made again, and `onMessage`
 * then hears `{type: "again"}`, because something may have been missed meanwhile.
 */
export function listenToProject(projectId: string, onMessage: (message: Message) => void): void {
  let wait = FIRST_WAIT_MS;
  let wasOpen = false;
  const connect = () => {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws/projects/${projectId}`);
    socket.addEventListener("open", () => {
      wait = FIRST_WAIT_MS;
      if (wasOpen) onMessage({ type: "again" });
      wasOpen = true;
    });
    socket.addEventListener("message", (event) => onMessage(JSON.parse(event.data) as Message));
    socket.addEventListener("close", (event) => {
      if (event.code === 4404) return;
      setTimeout(connect, wait);
      wait = Math.min(LONGEST_WAIT_MS, 2 * wait);
    });
  };
  connect();
}

/** The projects that this page shows, from `data-project` or `data-projects` of the body. */
export function projectsOfPage(): string[] {
  const { project, projects } = document.body.dataset;
  return [project ?? "", ...(projects ?? "").split(" ")].filter(Boolean);
}
