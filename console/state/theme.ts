import { effect, signal } from "@preact/signals";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const place = "offhook.theme";

/** Light or dark, as the system has it or as one chose. */
export const theme = signal<Theme>(readTheme());
/** Raised whenever colours change, for what is drawn and not styled. */
export const paint = signal(0);

/** Keeps the page in the theme. */
export function applyTheme(): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => (paint.value += 1));
  effect(() => {
    document.documentElement.dataset["theme"] = theme.value;
    keep(place, theme.value);
    paint.value = paint.peek() + 1;
  });
}

function readTheme(): Theme {
  const kept = recall(place);
  return themes.find((one) => one === kept) ?? "system";
}

/** What the browser remembers for this page; nothing where it is not allowed to. */
export function recall(name: string): string | undefined {
  try {
    return localStorage.getItem(name) ?? undefined;
  } catch {
    return undefined;
  }
}

export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // A browser that keeps nothing: it is as chosen until the page is closed.
  }
}
