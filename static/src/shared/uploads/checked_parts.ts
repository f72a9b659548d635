/** Sends every part of a file with its checksum, so that what arrives damaged is sent again. */
import { DefaultHttpStack, type HttpRequest, type HttpStack } from "tus-js-client";
import { crc32 } from "./crc32.ts";

/** "Checksum Mismatch" of the tus protocol. */
export const DAMAGED = 460;

export class CheckedParts implements HttpStack {
  readonly #plain = new DefaultHttpStack({});

  getName(): string {
    return "CheckedParts";
  }

  createRequest(method: string, url: string): HttpRequest {
    const request = this.#plain.createRequest(method, url);
    const send = request.send.bind(request);
    request.send = async (body: unknown) => {
      if (body instanceof Blob) request.setHeader("Upload-Checksum", await checksumOf(body));
      return send(body);
    };
    return request;
  }
}

/** Browsers hash beside the page, but only on https and on their own computer. */
async function checksumOf(part: Blob): Promise<string> {
  const bytes = await part.arrayBuffer();
  if (crypto.subtle) return named("sha256", await crypto.subtle.digest("SHA-256", bytes));
  const value = new DataView(new ArrayBuffer(4));
  value.setUint32(0, crc32(new Uint8Array(bytes)));
  return named("crc32", value.buffer);
}

function named(algorithm: string, digest: ArrayBuffer): string {
  return `${algorithm} ${btoa(String.fromCharCode(...new Uint8Array(digest)))}`;
}
