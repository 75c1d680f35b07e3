import { useState } from "preact/hooks";
import { ask, problemOf } from "../api/ask.ts";
import { Icon } from "../parts/icon.tsx";
import { goTo, linkTo } from "../state/route.ts";
import { numbers } from "../state/server.ts";
import { keep, recall } from "../state/theme.ts";
import { words } from "../words.ts";

const place = "offhook.caller-script";

/** A caller who does what a script says; the page of its call shows the steps as they come. */
export function ScriptedCaller() {
  const [state, setState] = useState<{ readonly isAsking?: boolean; readonly problem?: string }>({});
  const run = (event: SubmitEvent) => {
    event.preventDefault();
    const { number, script } = Object.fromEntries(new FormData(event.currentTarget as HTMLFormElement));
    if (typeof script === "string") keep(place, script);
    setState({ isAsking: true });
    const body = { number, script };
    ask<{ readonly callId: string }>("POST", "/callers", { body }).then(
      ({ callId }) => goTo(linkTo(`/calls/${callId}`)),
      (error: unknown) => setState({ problem: problemOf(error).message }),
    );
  };
  return (
    <section class="card">
      <form onSubmit={run}>
        <h2>{words.author.caller}</h2>
        <p class="phone-text">{words.author.callerText}</p>
        <label class="field">
          <span>{words.author.callerTo}</span>
          <input name="number" required list="own-numbers" defaultValue={numbers.value[0]?.number ?? ""} />
        </label>
        <label class="field">
          <span>{words.author.script}</span>
          <textarea
            name="script"
            rows={7}
            required
            spellcheck={false}
            defaultValue={recall(place) ?? words.author.scriptExample}
          />
        </label>
        {state.problem === undefined ? undefined : (
          <p class="field-problem" role="alert">
            {state.problem}
          </p>
        )}
        <button type="submit" class="button" disabled={state.isAsking === true}>
          <Icon name="play" /> {words.author.run}
        </button>
      </form>
    </section>
  );
}
