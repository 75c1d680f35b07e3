import { useEffect, useRef, useState } from "preact/hooks";
import { ask } from "../api/ask.ts";
import { listen, type Told } from "../api/stream.ts";
import type { OutputLine } from "../api/types.ts";
import { wordOf } from "../api/read-json.ts";
import { showMoment, shortId } from "../parts/show.ts";
import { linkTo } from "../state/route.ts";
import { words } from "../words.ts";

interface Line {
  readonly key: string;
  readonly at: string;
  readonly callId: string;
  readonly text: string;
  readonly kind: "line" | "error" | "event";
}

/** Lines that are kept. */
const mostLines = 1_000;

/** What functions print, beside the events that they are asked about. */
export function FunctionOutput() {
  const [lines, setLines] = useState<readonly Line[]>([]);
  const [follows, setFollows] = useState(true);
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const add = (line: Line | undefined) => {
      if (line !== undefined) setLines((before) => [...before.slice(-mostLines + 1), line]);
    };
    ask<{ readonly lines: readonly OutputLine[] }>("GET", "/output", { query: { limit: "200" } }).then(
      (found) =>
        setLines((before) => [
          ...found.lines.map((one, index): Line => ({
            ...{ key: `old${index}`, at: one.at, callId: one.callId ?? "", text: one.line },
            kind: one.isError === true ? "error" : "line",
          })),
          ...before,
        ]),
      () => undefined,
    );
    return listen((told) => add(readTold(told)));
  }, []);
  useEffect(() => {
    if (follows) list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [lines, follows]);
  return (
    <section class="card">
      <header class="card-head">
        <h2>{words.author.output}</h2>
        <label class="check">
          <input type="checkbox" checked={follows} onChange={() => setFollows(!follows)} />
          {words.author.follow}
        </label>
        <button type="button" class="button button-small" onClick={() => setLines([])}>
          {words.author.clear}
        </button>
      </header>
      {lines.length === 0 ? <p class="quiet-line">{words.author.outputNone}</p> : undefined}
      <ol class="output" ref={list} tabIndex={0} aria-label={words.author.output}>
        {lines.map(({ key, at, callId, text, kind }) => (
          <li key={key} class={`is-${kind}`}>
            <time>{showMoment(at)}</time>
            {callId === "" ? undefined : <a href={linkTo(`/calls/${callId}`)}>{shortId(callId)}</a>}
            <span>{text}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function readTold(told: Told): Line | undefined {
  const line = (text: string, kind: Line["kind"] = "event"): Line => ({
    ...{ key: told.id, at: told.at, callId: told.callId, text, kind },
  });
  const tookMs = Number(told["tookMs"]);
  switch (told.type) {
    case "function-output":
      return line(wordOf(told["line"]), told["isError"] === true ? "error" : "line");
    case "function-reloaded":
      return line(words.author.reloaded(wordOf(told["functionName"]), wordOf(told["file"])));
    case "invoked":
      return line(words.author.event(wordOf(told["eventType"])));
    case "replied": {
      const actions = told["actions"];
      return line(words.author.reply(Array.isArray(actions) ? actions.join(", ") : "", tookMs));
    }
    case "function-failed":
      return line(words.author.failed(wordOf(told["message"])), "error");
    default:
      return undefined;
  }
}
