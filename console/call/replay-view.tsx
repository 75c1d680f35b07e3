import { useState } from "preact/hooks";
import { ask, problemOf, type Problem } from "../api/ask.ts";
import type { Json, Replay } from "../api/types.ts";
import { Icon } from "../parts/icon.tsx";
import { JsonView } from "../parts/json-view.tsx";
import { Badge, Banner, Empty, Notes, Trouble, Waiting } from "../parts/notice.tsx";
import { words } from "../words.ts";

/** Runs a call again with the code of now, and shows what is different. */
export function ReplayView({ id }: { readonly id: string }) {
  const [state, setState] = useState<{
    readonly replay?: Replay;
    readonly problem?: Problem;
    readonly isRunning?: boolean;
  }>({});
  const run = () => {
    setState({ isRunning: true });
    ask<Replay>("POST", `/calls/${encodeURIComponent(id)}/replay`, { body: {} }).then(
      (replay) => setState({ replay }),
      (error: unknown) => setState({ problem: problemOf(error) }),
    );
  };
  const { replay, problem, isRunning } = state;
  const button = (
    <button type="button" class="button button-main" onClick={run}>
      <Icon name="replay" /> {replay === undefined ? words.replay.run : words.replay.runAgain}
    </button>
  );
  if (isRunning === true) return <Waiting />;
  if (problem !== undefined) return <Trouble problem={problem} again={run} />;
  if (replay === undefined)
    return (
      <Empty icon="replay" title={words.replay.title} act={button}>
        <p>{words.replay.text}</p>
      </Empty>
    );
  const differing = replay.invocations.filter(({ verdict }) => verdict !== "same").length;
  return (
    <section class="replay">
      <header>
        <p>
          <Badge tone={differing === 0 ? "good" : "warn"}>
            {differing === 0 ? words.replay.same : words.replay.differs(differing)}
          </Badge>
        </p>
        {button}
      </header>
      {replay.isWhole ? undefined : <Banner tone="warn">{words.replay.notWhole}</Banner>}
      <Notes notes={replay.notes} />
      <ol>
        {replay.invocations.map((one) => (
          <li key={one.sequence}>
            <details open={one.verdict === "differs"}>
              <summary>
                <span class="replay-number">{one.sequence}</span>
                <strong>{one.eventType}</strong>
                <span>{one.actionType}</span>
                <Badge tone={one.verdict === "same" ? "good" : "warn"}>{words.replay.verdicts[one.verdict]}</Badge>
              </summary>
              {one.differences.length === 0 ? undefined : (
                <table class="differences">
                  <thead>
                    <tr>
                      <th scope="col">{words.replay.path}</th>
                      <th scope="col">{words.replay.recorded}</th>
                      <th scope="col">{words.replay.now}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {one.differences.map(({ path, recorded, now }) => (
                      <tr key={path}>
                        <th scope="row">
                          <code>{path}</code>
                        </th>
                        <td class="was">{show(recorded)}</td>
                        <td class="is">{show(now)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              )}
              <div class="replay-replies">
                {one.recordedReply === undefined ? undefined : (
                  <JsonView label={words.replay.recorded} value={one.recordedReply} />
                )}
                {one.nowReply === undefined ? undefined : <JsonView label={words.replay.now} value={one.nowReply} />}
              </div>
            </details>
          </li>
        ))}
      </ol>
      {replay.output.length === 0 ? undefined : (
        <section class="json">
          <header class="json-head">
            <h4>{words.replay.output}</h4>
          </header>
          <pre class="json-body message" tabIndex={0}>
            {replay.output.map(({ line }) => line).join("\n")}
          </pre>
        </section>
      )}
    </section>
  );
}

function show(value: Json | undefined): string {
  return value === undefined ? words.replay.nothing : JSON.stringify(value);
}
