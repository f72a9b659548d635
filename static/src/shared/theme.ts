const ONE_YEAR_S = 31_536_000;

function isDark(): boolean {
  const chosen = document.documentElement.dataset.theme;
  if (chosen) return chosen === "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

/** The toggle writes a cookie, so that the next page arrives in the right color. */
export function listenForTheme(): void {
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    button.addEventListener("click", () => {
      const theme = isDark() ? "light" : "dark";
      document.documentElement.dataset.theme = theme;
      // biome-ignore lint/suspicious/noDocumentCookie: the server reads it to send the page in the chosen color
      document.cookie = `theme=${theme};path=/;max-age=${ONE_YEAR_S};samesite=lax`;
    });
  }
}
