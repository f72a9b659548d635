/** JSON over HTTP with the session of the page. */
import { Happening } from "../model/signal.ts";

/** The server answered, and the answer is an error; `message` is its sentence. */
export class HttpError extends Error {
  readonly status: number;
  readonly code: string;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, body: Record<string, unknown>) {
    super(typeof body.detail === "string" ? body.detail : `The server answered ${status}.`);
    this.status = status;
    this.code = typeof body.code === "string" ? body.code : "";
    this.body = body;
  }
}

/** The server could not be reached, or what answered was not the server. */
export class Unreachable extends Error {}

/** Told when the server does not know the session, or knows somebody else's. */
export const sessionTrouble = new Happening<null>();

/** Who opened the page; the server lets nobody else through (webapp/api/authentication.py). */
let person: string | null = null;

export function actAs(id: string): void {
  person = id === "" ? null : id;
}

/** Whether the answer is about the session, not about what was asked. */
export function isSessionTrouble({ status, code }: HttpError): boolean {
  return status === 401 || (status === 403 && code === "csrf");
}

export async function getJson<T>(url: string, signal?: AbortSignal): Promise<T> {
  return (await ask(url, signal ? { signal } : {})) as T;
}

export async function postJson<T>(url: string, body: unknown): Promise<T> {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken() };
  return (await ask(url, { method: "POST", headers, body: JSON.stringify(body) })) as T;
}

/** Put a value in a place; the answer is empty. */
export async function putJson(url: string, body: unknown): Promise<void> {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken() };
  await ask(url, { method: "PUT", headers, body: JSON.stringify(body) });
}

async function ask(url: string, init: RequestInit): Promise<unknown> {
  const meant = person === null ? {} : { "X-Coverslip-Person": person };
  const headers = { Accept: "application/json", ...meant, ...init.headers };
  let response: Response;
  try {
    response = await fetch(url, { credentials: "same-origin", ...init, headers });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Unreachable("The server cannot be reached.");
  }
  if (response.status === 204) return null;
  const body = await bodyOf(response);
  if (response.ok) return body;
  const error = new HttpError(response.status, body as Record<string, unknown>);
  if (isSessionTrouble(error)) sessionTrouble.tell(null);
  throw error;
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    if (response.ok) throw new Unreachable("The answer of the server cannot be read.");
    return {};
  }
}

/** The cookie is of the present session; the page may be older. */
function csrfToken(): string {
  const cookie = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  if (cookie !== undefined) return cookie;
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}
