import { csrfToken } from "./csrf.ts";

/** What the server said no with, in one sentence. */
export class Refusal extends Error {}

/** Ask the API; the answer is JSON or nothing. Throws Refusal with the server's sentence. */
export async function send(method: string, url: string, body?: unknown): Promise<unknown> {
  const headers: Record<string, string> = { "X-CSRFToken": csrfToken() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const response = await fetch(url, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await response.text();
  if (response.ok) return text ? JSON.parse(text) : null;
  throw new Refusal(sentenceOf(text, response.status));
}

/** The sentence of an error answer. */
export function sentenceOf(text: string, status: number): string {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown };
    if (typeof detail === "string") return detail;
  } catch {
    // Not from the API: a proxy or the server's own error page.
  }
  return `The server answered with error ${status}. Nothing was changed; try again in a moment.`;
}
