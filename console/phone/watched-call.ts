import { effect, signal } from "@preact/signals";
import { ask } from "../api/ask.ts";
import { listen } from "../api/stream.ts";
import type { CallPage } from "../api/types.ts";
import { goTo, linkTo, route } from "../state/route.ts";
import { call } from "./softphone.ts";

/** The server's call in which the phone of this page is. */
export const watchedCall = signal<string | undefined>(undefined);

// The call is known by the Call-ID of its leg; a stream that is behind is made up for by the latest call of the number.
listen((told) => {
  const { value } = call;
  if (value === undefined || value.state === "ended" || watchedCall.value !== undefined) return;
  if (told.type === "leg-signalled" && told["sipCallId"] === value.sipCallId) watch(told.callId);
});

effect(() => {
  const { value } = call;
  if (value === undefined || value.state === "calling" || value.state === "incoming") watchedCall.value = undefined;
  if (value?.state !== "answered" || watchedCall.peek() !== undefined) return;
  void ask<CallPage>("GET", "/calls", { query: { state: "live", limit: "10" } }).then(
    ({ calls }) => {
      const found = calls.find(
        ({ from, to }) => from?.includes(value.party) === true || to?.includes(value.party) === true,
      );
      if (found !== undefined && watchedCall.value === undefined) watch(found.id);
    },
    () => undefined,
  );
});

/** Shows the call as it goes, unless one looks at something else than the list. */
function watch(id: string): void {
  watchedCall.value = id;
  const { path } = route.value;
  if (path === "/" || path === "/calls" || path.startsWith("/calls/")) goTo(linkTo(`/calls/${id}`));
}
