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
      picture.src = addressOf(section, spot);
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
