/**
 * The viewer without the rest: `npm run build && npm run dev -- [port [build]]` serves synthetic images with
 * the same addresses as the real server, and keeps edits in memory. Sign in as somebody else with
 * `?as=rita` in the address, sign out with `?as=nobody`. Images: cells, small, stack, large, approved, blank.
 */
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { EditLog } from "./edit_log.mjs";
import { greyPng } from "./png.mjs";
import { answerPrompt } from "./prompts.mjs";
import { levelsOf, Scene } from "./scene.mjs";
import { acceptSocket } from "./websocket.mjs";

const TILE = 512;
const [PORT = "8765", BUILD = fileURLToPath(new URL("../build", import.meta.url))] =
  process.argv.slice(2);
const TYPES = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".map": "application/json",
  ".woff2": "font/woff2",
};
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
  "font-src 'self'; connect-src 'self'; worker-src 'self'";

const PEOPLE = {
  bea: { id: "bea", name: "Bea Kim", color: "#1f5fa8", role: "annotator" },
  rita: { id: "rita", name: "Rita Moss", color: "#a8447a", role: "reviewer" },
  vic: { id: "vic", name: "Vic Ode", color: "#8a5a00", role: "viewer" },
};

const CHANNELS = [
  ["Phase contrast", "#e8edf2", 15000, 40000, "transmitted"],
  ["Hoechst", "#3f7bff", 900, 15000, "nucleus"],
  ["Actin", "#2ecf7f", 700, 9000, "cytoplasm"],
  ["Dots", "#ff5fa2", 600, 16000, "other"],
];

const IMAGES = {
  cells: makeImage("cells", "B03 · site 2", {
    ...{ height: 1100, width: 1500, pitch: 92, n_frames: 6, n_channels: 2, density: 0.72 },
  }),
  small: makeImage("small", "B03 · site 3", { height: 480, width: 600, pitch: 96, n_channels: 2 }),
  approved: makeImage(
    "approved",
    "B02 · site 1",
    { height: 900, width: 900, pitch: 80 },
    "approved",
  ),
  blank: makeImage("blank", "B04 · site 1", { height: 700, width: 1000, pitch: 80 }, "uploaded"),
  stack: makeImage("stack", "C01 · stack", {
    ...{ height: 480, width: 600, pitch: 96, n_frames: 2, n_slices: 5, n_channels: 2 },
  }),
  large: makeImage("large", "Whole slide", {
    ...{ height: 10000, width: 10000, pitch: 40, n_channels: 4, density: 0.85 },
  }),
};

function makeImage(id, name, size, firstState = "segmented") {
  const scene = new Scene(size);
  const levels = levelsOf(scene.height, scene.width, TILE);
  const isBlank = firstState === "uploaded";
  const image = { id, name, firstState, scene, levels, isBlank, sockets: new Set() };
  return Object.assign(image, untouched(firstState));
}

/** What people change in an image, before they did. */
function untouched(state) {
  return { state, comments: [], log: new EditLog() };
}

/** Forget what everybody did; what was computed for the images stays. */
function startOver() {
  for (const image of Object.values(IMAGES)) Object.assign(image, untouched(image.firstState));
  classes = firstClasses();
  SETTINGS.clear();
  return [204, null];
}

const BLURRED = {
  flag: "blurred",
  title: "Out of focus",
  sentence: "Sharpness is 0.8; the limit is 1.2.",
  advice: "Take the image again if you can.",
};

function channelJson(scene, c) {
  const [name, color, low, high, role] = CHANNELS[c];
  const histogram = new Array(64).fill(0);
  const [minimum, maximum] = [c === 0 ? 12000 : 500, c === 0 ? 42000 : 20000];
  for (let index = 0; index < 6000; index++) {
    const y = (index * 7919) % scene.height;
    const x = (index * 104729) % scene.width;
    const value = scene.intensity(y, x, 0, c);
    const bin = Math.floor((64 * (value - minimum)) / (maximum - minimum));
    histogram[Math.max(0, Math.min(63, bin))]++;
  }
  return { index: c, name, role, color, low, high, gamma: 1, minimum, maximum, histogram };
}

function imageJson(image) {
  const { id, name, state, scene, levels } = image;
  image.channels ??= Array.from({ length: scene.n_channels }, (_, c) => channelJson(scene, c));
  const ids = Object.keys(IMAGES);
  const place = ids.indexOf(id);
  const urlOf = (other) => (other ? `/images/${other}` : null);
  return {
    ...{ id, name, state, axes: "TCZYX", dtype: "uint16", levels, tile_size: TILE },
    project: { id: "glio", name: "Glioblastoma migration" },
    dataset: { id: "pilot", name: "2026-11 pilot", url: "/datasets/pilot" },
    shape: [scene.n_frames, scene.n_channels, scene.n_slices, scene.height, scene.width],
    pixel_size_um: [0.65, 0.65],
    frame_interval_s: scene.n_frames > 1 ? 1800 : null,
    flags: id === "approved" ? [BLURRED] : [],
    left_out: id === "approved" ? "Focus was lost." : "",
    channels: image.channels,
    tile_url: `/api/images/${id}/tiles/d1/{level}/{t}/{c}/{z}/{row}/{col}`,
    annotation: image.isBlank ? null : id,
    neighbours: ids.map((other) => ({
      id: other,
      name: IMAGES[other].name,
      state: IMAGES[other].state,
      thumbnail_url: `/thumbnails/${other}.png`,
      url: `/images/${other}`,
      is_current: other === id,
    })),
    previous_url: urlOf(ids[place - 1]),
    next_url: urlOf(ids[place + 1]),
  };
}

function firstClasses() {
  return [
    ["0d9c3d1e-5f0a-4b1e-8a53-1c2f3a4b5c6d", "Mitotic", "orange", "1"],
    ["7b0f8e55-93d8-4d9f-a3c1-aa11bb22cc33", "Dead", "purple", "2"],
  ].map(([id, name, color, key]) => ({ id, name, color, key, is_removed: false }));
}

let classes = firstClasses();

function annotationJson(image, person) {
  const { id, state, levels, log, comments } = image;
  const isOpen = ["uploaded", "segmented", "corrected", "sent_back"].includes(state);
  const isReviewer = person.role === "reviewer";
  const isWriter = person.role !== "viewer";
  const locked = state === "approved" ? "This image is approved." : "This image is in review.";
  const no = isWriter ? locked : "You may look at this project, not change it.";
  const can = {
    edit: isWriter && isOpen,
    submit: isWriter && isOpen,
    approve: isReviewer && state !== "approved",
    send_back: isReviewer && state === "in_review",
    reopen: isReviewer && state === "approved",
  };
  const reasons = Object.fromEntries(
    Object.keys(can)
      .filter((verb) => !can[verb])
      .map((v) => [v, no]),
  );
  return {
    ...{ id, image: id, state, version: log.version, levels, can, reasons, comments },
    tile_url: image.isBlank ? null : `/api/annotations/${id}/base/d1/{level}/{t}/{z}/{row}/{col}`,
    base: image.isBlank
      ? null
      : { method: "Generalist", weights: "v1", created_at: "", n_objects: 0 },
    classes,
    me: { id: person.id, name: person.name, color: person.color },
    edits_url: `/api/annotations/${id}/edits`,
    labels_url: `/api/annotations/${id}/labels`,
    objects_url: `/api/annotations/${id}/objects`,
    socket_url: `/ws/annotations/${id}`,
  };
}

const tiles = new Map();

/** The gzip of a 512 x 512 block; computed once. */
function tile(key, ArrayType, level, row, col, value) {
  if (!tiles.has(key)) {
    const step = 2 ** level;
    const data = new ArrayType(TILE * TILE);
    for (let y = 0; y < TILE; y++) {
      for (let x = 0; x < TILE; x++) {
        data[y * TILE + x] = value((row * TILE + y) * step, (col * TILE + x) * step);
      }
    }
    tiles.set(key, gzipSync(data, { level: 1 }));
  }
  return tiles.get(key);
}

function thumbnail(image) {
  const { scene } = image;
  const step = Math.min(scene.height, scene.width, 700) / 120;
  image.thumbnail ??= greyPng(120, 120, (y, x) => {
    return (scene.intensity(Math.floor(y * step), Math.floor(x * step), 0, 0) - 14000) / 110;
  });
  return image.thumbnail;
}

function page(id) {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="csrf-token" content="dev"><title>Coverslip</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/tokens.css"><link rel="stylesheet" href="/static/components.css">
<link rel="stylesheet" href="/static/viewer.css"><script type="module" src="/static/viewer.js"></script>
</head><body class="dark viewer-page"><main id="viewer" data-image-url="/api/images/${id}"></main>
</body></html>`;
}

function personOf(request, url) {
  const cookie = /as=(\w+)/.exec(request.headers.cookie ?? "")?.[1];
  const name = url.searchParams.get("as") ?? cookie ?? "bea";
  return name === "nobody" ? null : PEOPLE[name];
}

/** Why whoever asks gets no answer: signed out, or not who the page was opened for. */
function notLetIn(request, person) {
  const meant = request.headers["x-coverslip-person"];
  if (person === null) return [401, { detail: "Sign in first.", code: "not_authenticated" }];
  if (meant === undefined || meant === person.id) return null;
  return [401, { detail: "Somebody else is signed in now.", code: "other_person" }];
}

function signInPage(person) {
  const links = Object.values(PEOPLE).map(({ id, name }) => {
    return `<p><a href="/account/signed-in?as=${id}">${name}</a></p>`;
  });
  const who = person === null ? "nobody" : person.name;
  return `<!doctype html><title>Sign in</title><h1>Signed in: ${who}</h1>${links.join("")}`;
}

function announce(image, message) {
  for (const socket of image.sockets) socket.send(JSON.stringify(message));
}

/** A manager makes a class: every open image hears of it. */
function addClass({ name, color, key }) {
  const made = { id: randomUUID(), name, color, key, is_removed: false };
  classes.push(made);
  for (const image of Object.values(IMAGES)) announce(image, { type: "classes" });
  return [201, made];
}

function announcePeople(image) {
  const people = [...image.sockets].map(({ person, client }) => ({ ...person, client }));
  announce(image, { type: "people", people });
}

function moveTo(image, state, person) {
  image.state = state;
  announce(image, { type: "state", state, version: image.log.version });
  return [200, annotationJson(image, person)];
}

/** Tell everybody of a new edit, and its author how it went. */
function saved(image, [status, answer, edit]) {
  if (edit) {
    image.state = "corrected";
    announce(image, { type: "edit", edit });
  }
  return [status, answer];
}

const VERBS = {
  submit: (image, _body, person) => moveTo(image, "in_review", person),
  approve: (image, _body, person) => moveTo(image, "approved", person),
  reopen: (image, _body, person) => moveTo(image, "corrected", person),
  send_back: (image, body, person) => {
    const created_at = new Date().toISOString();
    image.comments.push({ author: person.name, text: body.comment, created_at });
    return moveTo(image, "sent_back", person);
  },
  labels: (image, body) => [200, image.log.labels(body.count)],
  edits: (image, body, person) => {
    if (["approved", "in_review"].includes(image.state)) {
      const detail = `This image is ${image.state === "approved" ? "approved" : "in review"}.`;
      return [409, { code: image.state, detail, version: image.log.version, edits: [] }];
    }
    return saved(image, image.log.add(body, person));
  },
  restore: (image, body, person) => saved(image, image.log.restore(body, person)),
};

/** What people set for themselves, by person and name. */
const SETTINGS = new Map();

function settingsOf(person) {
  if (!SETTINGS.has(person.id)) SETTINGS.set(person.id, {});
  return SETTINGS.get(person.id);
}

function put(path, body, person) {
  const match = /^\/api\/me\/settings\/([\w.:-]+)$/.exec(decodeURIComponent(path));
  if (!match) return null;
  settingsOf(person)[match[1]] = body.value;
  return [204, null];
}

function get(path, url, person) {
  if (path === "/api/me") return [200, person];
  if (path === "/api/me/settings") return [200, { settings: settingsOf(person) }];
  let match = /^\/api\/images\/(\w+)$/.exec(path);
  if (match) return [200, imageJson(IMAGES[match[1]])];
  match = /^\/api\/annotations\/(\w+)$/.exec(path);
  if (match) return [200, annotationJson(IMAGES[match[1]], person)];
  match = /^\/api\/annotations\/(\w+)\/objects$/.exec(path);
  if (match) {
    const image = IMAGES[match[1]];
    return [200, { objects: image.isBlank ? [] : image.scene.objects() }];
  }
  match = /^\/api\/images\/(\w+)\/segmentations$/.exec(path);
  if (match) return [200, { results: [otherResult(match[1])] }];
  match = /^\/api\/segmentations\/(\w+)-other\/objects$/.exec(path);
  if (match) return [200, { objects: otherObjects(IMAGES[match[1]].scene) }];
  match = /^\/api\/annotations\/(\w+)\/edits$/.exec(path);
  if (!match) return null;
  const { log } = IMAGES[match[1]];
  return [200, { version: log.version, edits: log.after(Number(url.searchParams.get("after"))) }];
}

/** A second result: some cells are missing in it, the others a little smaller. */
function otherResult(id) {
  const created_at = "2026-11-20T10:00:00Z";
  const digest = "d1".padEnd(64, "0");
  return {
    id: `${id}-other`,
    method: "threshold",
    model: "Otsu",
    created_at,
    digest,
    n_objects: 0,
  };
}

function otherLabel(scene, y, x, t, z) {
  const label = scene.label(y, x, t, z);
  if (label === 0 || label % 7 === 0) return 0;
  return scene.nearest(y, x, t)[1] < 0.86 * scene.reach(z) ? label + 5000 : 0;
}

function otherObjects(scene) {
  return scene
    .objects()
    .filter(([label]) => label % 7 !== 0)
    .map(([label, ...rest]) => [label + 5000, ...rest]);
}

function tileOf(path) {
  let match = /^\/api\/images\/(\w+)\/tiles\/d1\/(\d+)\/(\d+)\/(\d+)\/(\d+)\/(\d+)\/(\d+)$/.exec(
    path,
  );
  if (match) {
    const { scene } = IMAGES[match[1]];
    const [level, t, c, z, row, col] = match.slice(2).map(Number);
    return tile(path, Uint16Array, level, row, col, (y, x) => scene.intensity(y, x, t, c, z));
  }
  match = /^\/api\/segmentations\/(\w+)-other\/tiles\/\w+\/(\d+)\/(\d+)\/(\d+)\/(\d+)\/(\d+)$/.exec(
    path,
  );
  if (match) {
    const { scene } = IMAGES[match[1]];
    const [level, t, z, row, col] = match.slice(2).map(Number);
    return tile(path, Uint32Array, level, row, col, (y, x) => otherLabel(scene, y, x, t, z));
  }
  match = /^\/api\/annotations\/(\w+)\/base\/d1\/(\d+)\/(\d+)\/(\d+)\/(\d+)\/(\d+)$/.exec(path);
  if (!match) return null;
  const { scene } = IMAGES[match[1]];
  const [level, t, z, row, col] = match.slice(2).map(Number);
  return tile(path, Uint32Array, level, row, col, (y, x) => scene.label(y, x, t, z));
}

function post(path, body, person) {
  let match = /^\/api\/images\/(\w+)\/annotation$/.exec(path);
  if (match && person.role === "viewer") {
    return [403, { detail: "You may look at this project, not change it.", code: "forbidden" }];
  }
  if (match) return [201, annotationJson(IMAGES[match[1]], person)];
  match = /^\/api\/images\/(\w+)\/prompts$/.exec(path);
  if (match) return [200, answerPrompt(IMAGES[match[1]].scene, body)];
  if (path === "/api/projects/glio/classes") return addClass(body);
  if (path === "/api/start-over") return startOver();
  match = /^\/api\/annotations\/(\w+)\/(\w+)$/.exec(path);
  return match && VERBS[match[2]] ? VERBS[match[2]](IMAGES[match[1]], body, person) : null;
}

function answer(response, status, type, body, headers = {}) {
  response.writeHead(status, { "Content-Type": type, "Content-Security-Policy": CSP, ...headers });
  response.end(body);
}

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString("utf8") || "{}");
}

async function respond(request, response) {
  const url = new URL(request.url, "http://localhost");
  const path = url.pathname;
  const person = personOf(request, url);
  const image = /^\/images\/(\w+)$/.exec(path);
  if (image && IMAGES[image[1]]) {
    const cookie = { "Set-Cookie": `as=${person?.id ?? "nobody"}; Path=/` };
    return answer(response, 200, "text/html", page(image[1]), cookie);
  }
  if (path.startsWith("/account/")) {
    const cookie = { "Set-Cookie": `as=${person?.id ?? "nobody"}; Path=/` };
    return answer(response, 200, "text/html", signInPage(person), cookie);
  }
  if (path.startsWith("/static/")) {
    const file = join(BUILD, normalize(path.slice(7)));
    const headers = { "Cache-Control": "no-cache" };
    return answer(response, 200, TYPES[extname(file)], await readFile(file), headers);
  }
  if (path.startsWith("/thumbnails/")) {
    return answer(response, 200, "image/png", thumbnail(IMAGES[/(\w+)\.png/.exec(path)[1]]));
  }
  const bytes = tileOf(path);
  if (bytes) {
    const headers = {
      "Content-Encoding": "gzip",
      "Cache-Control": "private, max-age=31536000, immutable",
    };
    return answer(response, 200, "application/octet-stream", bytes, headers);
  }
  const writers = { POST: post, PUT: put };
  const write = writers[request.method];
  const body = write ? await bodyOf(request) : null;
  const result =
    notLetIn(request, person) ?? (write ? write(path, body, person) : get(path, url, person));
  const [status, json] = result ?? [404, { detail: "There is nothing here.", code: "not_found" }];
  return answer(response, status, "application/json", status === 204 ? "" : JSON.stringify(json));
}

const server = createServer((request, response) => {
  respond(request, response).catch((error) => answer(response, 500, "text/plain", String(error)));
});

let n_clients = 0;
server.on("upgrade", (request, socket) => {
  const image = IMAGES[/^\/ws\/annotations\/(\w+)$/.exec(request.url)?.[1]];
  const person = personOf(request, new URL(request.url, "http://localhost"));
  if (!image || person === null) return socket.destroy();
  const { id, name, color } = person;
  const visitor = { person: { id, name, color }, client: String(++n_clients) };
  visitor.send = acceptSocket(request, socket, {
    onText: (text) => {
      const message = JSON.parse(text);
      for (const other of image.sockets) {
        if (other !== visitor) {
          other.send(JSON.stringify({ ...message, client: visitor.client, name, color }));
        }
      }
    },
    onClose: () => {
      image.sockets.delete(visitor);
      announcePeople(image);
    },
  });
  image.sockets.add(visitor);
  announcePeople(image);
});

server.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}/images/cells`);
});
