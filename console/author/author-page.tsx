import { useEffect } from "preact/hooks";
import { ask, may, problemOf } from "../api/ask.ts";
import { Icon } from "../parts/icon.tsx";
import { PairsField, readPairs } from "../parts/pairs-field.tsx";
import { tell } from "../parts/toast.tsx";
import { goTo, linkTo } from "../state/route.ts";
import { applications, has, numbers } from "../state/server.ts";
import { words } from "../words.ts";
import { FunctionOutput } from "./function-output.tsx";
import { ScriptedCaller } from "./scripted-caller.tsx";

/** For one who writes a function: calls by form and by script, and what the function says beside its events. */
export function AuthorPage() {
  useEffect(() => void (document.title = words.titleOf(words.nav.author)), []);
  return (
    <>
      <header class="page-head">
        <h1>{words.author.title}</h1>
      </header>
      <div class="author">
        <div class="stack">
          {may("PlaceCall") ? <PlaceCall /> : undefined}
          {has("caller") ? <ScriptedCaller /> : undefined}
        </div>
        <FunctionOutput />
      </div>
    </>
  );
}

function PlaceCall() {
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    const body = {
      applicationId: data.get("application"),
      from: data.get("from"),
      to: data.get("to"),
      arguments: readPairs(form, "argument"),
      sipHeaders: readPairs(form, "header"),
    };
    ask<{ readonly callId: string }>("POST", "/calls", { body }).then(
      ({ callId }) => {
        tell(words.author.placed);
        goTo(linkTo(`/calls/${callId}`));
      },
      (error: unknown) => tell(problemOf(error).message, "bad"),
    );
  };
  return (
    <section class="card">
      <form onSubmit={send}>
        <h2>{words.author.place}</h2>
        <label class="field">
          <span>{words.author.application}</span>
          <select name="application" required>
            {applications.value.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>{words.author.from}</span>
          <input name="from" required list="own-numbers" defaultValue={numbers.value[0]?.number ?? ""} />
        </label>
        <label class="field">
          <span>{words.author.to}</span>
          <input name="to" required list="own-numbers" />
        </label>
        <datalist id="own-numbers">
          {numbers.value.map(({ number }) => (
            <option key={number} value={number} />
          ))}
        </datalist>
        <PairsField name="argument" label={words.author.argumentsMap} />
        <PairsField name="header" label={words.author.sipHeaders} hint={words.author.headerHint} />
        <button type="submit" class="button button-main">
          <Icon name="phone" /> {words.author.call}
        </button>
      </form>
    </section>
  );
}
