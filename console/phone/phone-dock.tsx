import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import { has } from "../state/server.ts";
import { keep, recall } from "../state/theme.ts";
import { words } from "../words.ts";
import { PhonePanel } from "./phone-panel.tsx";
import { call, connectPhone, disconnectPhone } from "./softphone.ts";

const place = "offhook.phone";
const isOpen = signal((recall(place) ?? (innerWidth > 1180 ? "open" : "closed")) === "open");

/** The phone beside every page. It is connected, and rings, whether it is open or not. */
export function PhoneDock() {
  const isKnown = has("softphone");
  const open = isOpen.value;
  useEffect(() => {
    if (!isKnown) return;
    connectPhone();
    return disconnectPhone;
  }, [isKnown]);
  const rings = call.value?.state === "incoming";
  useEffect(() => {
    if (rings) isOpen.value = true;
  }, [rings]);
  if (!isKnown) return undefined;
  const toggle = () => {
    isOpen.value = !open;
    keep(place, open ? "closed" : "open");
  };
  if (!open)
    return (
      <aside class="phone phone-closed" aria-label={words.phone.label}>
        <button type="button" class="button-icon phone-open" aria-label={words.phone.open} onClick={toggle}>
          <Icon name="phone" size={20} />
        </button>
      </aside>
    );
  return (
    <aside class="phone" aria-label={words.phone.label}>
      <header class="phone-head">
        <h2>{words.phone.label}</h2>
        <button type="button" class="button-icon" aria-label={words.phone.close} onClick={toggle}>
          <Icon name="close" />
        </button>
      </header>
      <PhonePanel />
    </aside>
  );
}
