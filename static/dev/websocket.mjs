/** As much of RFC 6455 as text messages need: handshake, frames in both directions, close. */
import { createHash } from "node:crypto";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** Answer the handshake; `onText` gets every message, `onClose` the end. Returns send(text). */
export function acceptSocket(request, socket, { onText, onClose }) {
  const accept = createHash("sha1").update(request.headers["sec-websocket-key"] + GUID);
  const lines = [
    "HTTP/1.1 101 Switching Protocols",
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Accept: ${accept.digest("base64")}`,
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  let waiting = Buffer.alloc(0);
  socket.on("data", (chunk) => {
    waiting = Buffer.concat([waiting, chunk]);
    for (let frame = readFrame(waiting); frame !== null; frame = readFrame(waiting)) {
      waiting = waiting.subarray(frame.size);
      if (frame.opcode === 8) socket.end();
      else if (frame.opcode === 1) onText(frame.payload.toString("utf8"));
    }
  });
  socket.on("error", () => socket.destroy());
  socket.on("close", onClose);
  return (text) => socket.writable && socket.write(frameOf(Buffer.from(text)));
}

function readFrame(data) {
  if (data.length < 2) return null;
  let length = data[1] & 127;
  let offset = 2;
  if (length === 126) {
    if (data.length < 4) return null;
    length = data.readUInt16BE(2);
    offset = 4;
  }
  const size = offset + 4 + length;
  if (data.length < size) return null;
  const mask = data.subarray(offset, offset + 4);
  const payload = Buffer.from(data.subarray(offset + 4, size));
  for (let index = 0; index < payload.length; index++) payload[index] ^= mask[index & 3];
  return { opcode: data[0] & 15, payload, size };
}

function frameOf(payload) {
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([0x81, length]), payload]);
  const header = Buffer.alloc(length < 65536 ? 4 : 10);
  header[0] = 0x81;
  if (length < 65536) {
    header[1] = 126;
    header.writeUInt16BE(length, 2);
  } else {
    header[1] = 127;
    header.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([header, payload]);
}
