const SHOWN_MS = 6000;

/** A short message in the corner; read aloud, gone by itself. */
export function toast(sentence: string, kind: "plain" | "bad" = "plain"): void {
  document.querySelector(".toast")?.remove();
  const box = document.createElement("div");
  box.className = kind === "bad" ? "toast bad" : "toast";
  box.setAttribute("role", kind === "bad" ? "alert" : "status");
  box.textContent = sentence;
  document.body.append(box);
  setTimeout(() => box.remove(), SHOWN_MS);
}
