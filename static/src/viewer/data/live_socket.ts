/** The websocket of an annotation: opened again whenever it closes, later and later. */
import type { SocketMessage } from "../model/contract.ts";
import { Happening, Signal } from "../model/signal.ts";

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 20_000;

export class LiveSocket {
  readonly message = new Happening<SocketMessage>();
  readonly isOpen = new Signal(false);
  readonly #url: string;
  #socket: WebSocket | null = null;
  #wait = FIRST_WAIT_MS;
  #isOver = false;

  /** `path` as the server gives it, such as "/ws/annotations/..."; or a whole address. */
  constructor(path: string) {
    const url = new URL(path, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    this.#url = url.href;
    this.#open();
  }

  send(message: object): void {
    if (this.isOpen.value) this.#socket?.send(JSON.stringify(message));
  }

  /** Close it for good. */
  close(): void {
    this.#isOver = true;
    this.#socket?.close();
  }

  #open(): void {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      this.#wait = FIRST_WAIT_MS;
      this.isOpen.set(true);
    });
    socket.addEventListener("message", ({ data }) => this.message.tell(JSON.parse(String(data))));
    socket.addEventListener("close", () => {
      this.isOpen.set(false);
      if (this.#isOver) return;
      setTimeout(() => this.#open(), this.#wait);
      this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT_MS);
    });
  }
}
