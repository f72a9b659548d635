/** The websocket of an annotation: opened again whenever it closes, later and later. */
import type { SocketMessage } from "../model/contract.ts";
import { Happening, Signal } from "../model/signal.ts";

/** The person has signed out somewhere (webapp/sockets/groups.py). */
const SIGNED_OUT = 4401;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 20_000;

export class LiveSocket {
  readonly message = new Happening<SocketMessage>();
  readonly isOpen = new Signal(false);
  /** Told when the server does not let the socket open, or cannot be reached. */
  readonly refused = new Happening<null>();
  readonly #url: string;
  #socket: WebSocket | null = null;
  #wait = FIRST_WAIT_MS;
  #timer = 0;
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

  /** Do not wait any longer: the reason why it was closed is gone. */
  reopen(): void {
    clearTimeout(this.#timer);
    this.#wait = FIRST_WAIT_MS;
    if (!this.#isOver && this.#socket?.readyState === WebSocket.CLOSED) this.#open();
  }

  #open(): void {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      this.#wait = FIRST_WAIT_MS;
      this.isOpen.set(true);
    });
    socket.addEventListener("message", ({ data }) => this.message.tell(JSON.parse(String(data))));
    socket.addEventListener("close", ({ code }) => {
      const wasOpen = this.isOpen.value;
      this.isOpen.set(false);
      if (this.#isOver) return;
      if (!wasOpen || code === SIGNED_OUT) this.refused.tell(null);
      this.#timer = window.setTimeout(() => this.#open(), this.#wait);
      this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT_MS);
    });
  }
}
