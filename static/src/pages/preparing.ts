/** The run form shows what its steps do to an image, before anything is started. */
const WAIT_MS = 250;

export function listenForPreparing(): void {
  const section = document.querySelector<HTMLElement>("#preparing");
  const picture = section?.querySelector<HTMLImageElement>("#preview");
  const details = section?.querySelector("details");
  if (!section || !picture || !details) return;
  const spot = { x: 0.5, y: 0.5 };
  let timer = 0;
  const show = (): void => {
    say(section);
    if (!details.open) return;
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      void showBoth(section, picture, spot);
    }, WAIT_MS);
  };
  details.addEventListener("toggle", show);
  section.addEventListener("input", show);
  picture.addEventListener("load", () => finish(section, picture, ""));
  picture.addEventListener("error", () =>
    finish(section, picture, "This cannot be shown. Look at the numbers above."),
  );
  picture.addEventListener("click", (event) => {
    const box = picture.getBoundingClientRect();
    const x = (2 * (event.clientX - box.left)) / box.width;
    const y = ((2 * (event.clientY - box.top)) / box.height) % 1;
    if (x > 1) return;
    Object.assign(spot, { x, y });
    show();
  });
}

function finish(section: HTMLElement, picture: HTMLImageElement, sentence: string): void {
  picture.hidden = sentence !== "";
  const wrong = section.querySelector("#preview-wrong");
  if (wrong) wrong.textContent = sentence;
}

/** What is chosen, in the line that stays when the section is closed. */
function say(section: HTMLElement): void {
  const said = [...section.querySelectorAll<HTMLSelectElement>("select[data-before]")]
    .filter((select) => select.value !== "none")
    .map((select) => select.selectedOptions[0]?.textContent ?? "");
  const line = section.querySelector("#preparing-said");
  const limits = [...section.querySelectorAll<HTMLInputElement>("input[data-before]")].some(
    (input) => input.name.endsWith("_percentile") && input.value !== input.defaultValue,
  );
  if (line)
    line.textContent = [...said, ...(limits ? ["limits"] : [])].join(", ") || "nothing is done";
}

function addressOf(section: HTMLElement, spot: { x: number; y: number }): string {
  const query = new URLSearchParams({ x: spot.x.toFixed(3), y: spot.y.toFixed(3) });
  for (const field of section.querySelectorAll<HTMLInputElement | HTMLSelectElement>(
    "[data-before]",
  ))
    query.set(field.name, field.value);
  const image = section.querySelector<HTMLSelectElement>("#preview-image");
  const channel = section.querySelector<HTMLSelectElement>("#preview-channel");
  if (channel) query.set("channel", channel.value);
  return `${image?.value || section.dataset.preview}?${query}`;
}

/** The picture before and after, unless the step that is chosen cannot be done here. */
async function showBoth(
  section: HTMLElement,
  picture: HTMLImageElement,
  spot: { x: number; y: number },
): Promise<void> {
  if (await showLight(section)) picture.src = addressOf(section, spot);
  else picture.hidden = true;
}

interface Light {
  reason: string;
  setup: string | null;
  n_images: number;
  channels: { name: string; darkest: number; brightest: number; dark: number }[];
}

/** The light that the images of the setup share, as a picture and in words, where it is asked for.
 * False when it is asked for and there is none. */
async function showLight(section: HTMLElement): Promise<boolean> {
  const figure = section.querySelector<HTMLElement>("#light");
  const picture = figure?.querySelector("img");
  const words = figure?.querySelector("figcaption span");
  const wanted = section.querySelector<HTMLSelectElement>("select[name='before.background']");
  if (!figure || !picture || !words) return true;
  figure.hidden = wanted?.value !== "shared";
  const image = section.querySelector<HTMLSelectElement>("#preview-image")?.selectedOptions[0];
  const id = image?.dataset.image;
  if (figure.hidden || !id) return true;
  const channel = Number(
    section.querySelector<HTMLSelectElement>("#preview-channel")?.value ?? "0",
  );
  words.textContent = "The light of the setup is being told …";
  const answer = await fetch(`/api/images/${id}/light`);
  if (!answer.ok) {
    words.textContent = "This cannot be shown now.";
    return false;
  }
  const said = (await answer.json()) as Light;
  picture.hidden = said.reason !== "";
  words.textContent = said.reason || inWords(said, channel);
  if (!said.reason) picture.src = `/images/${id}/light.png?channel=${channel}`;
  return said.reason === "";
}

function inWords(light: Light, channel: number): string {
  const one = light.channels[channel];
  if (!one) return "This image has no such channel.";
  const setup = light.setup ? `of ${light.setup}` : "of which nobody said the setup";
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  return (
    `One light, told from ${light.n_images} images ${setup}: ${one.name} has from ` +
    `${percent(one.darkest)} to ${percent(one.brightest)} of its mean light; the camera adds ` +
    `${Math.round(one.dark)}. A line at every tenth.`
  );
}
