import { signal } from "@preact/signals";
import { words } from "../words.ts";
import { Icon } from "./icon.tsx";

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: "good" | "bad";
}

const toasts = signal<readonly Toast[]>([]);
const shownMs = 6_000;

/** Says something for a moment. What went wrong stays until it is closed. */
export function tell(text: string, tone: Toast["tone"] = "good"): void {
  const id = performance.now();
  toasts.value = [...toasts.value.slice(-3), { id, text, tone }];
  if (tone === "good") setTimeout(() => forget(id), shownMs);
}

function forget(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

/** Where `tell` says it. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, text, tone }) => (
        <div key={id} class={`toast toast-${tone}`}>
          <Icon name={tone === "good" ? "check" : "alert"} />
          <span>{text}</span>
          <button type="button" class="button-icon" aria-label={words.close} onClick={() => forget(id)}>
            <Icon name="close" size={14} />
          </button>
        </div>
      ))}
    </div>
  );
}
