const root = document.querySelector<HTMLElement>("#viewer");
if (root) root.setAttribute("aria-busy", "true");
