import { Copy } from "../parts/copy.tsx";
import { Icon } from "../parts/icon.tsx";
import { JsonView } from "../parts/json-view.tsx";
import { showDuration, showOffset, showWholeMoment } from "../parts/show.ts";
import { words } from "../words.ts";
import { kindIcons } from "./entry-list.tsx";
import type { Entry } from "./entries.ts";

interface Props {
  readonly entry: Entry | undefined;
  readonly beginAt: number;
  readonly onClose: () => void;
}

/** Everything of the entry that is chosen. */
export function EntryDetail({ entry, beginAt, onClose }: Props) {
  if (entry === undefined)
    return (
      <aside class="entry-detail entry-detail-empty" aria-label={words.call.detail}>
        <p>{words.call.chooseOne}</p>
      </aside>
    );
  const { kind, title, text, at, endAt, lasts, leg, sequence, parts, findings } = entry;
  return (
    <aside class="entry-detail" aria-label={words.call.detail}>
      <header>
        <span class={`entry-icon entry-${kind}`}>
          <Icon name={kindIcons[kind]} />
        </span>
        <h3>{title}</h3>
        <Copy label={words.copyLink} icon="link" text={() => location.href} />
        <button type="button" class="button-icon" aria-label={words.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {text === undefined || text === "" ? undefined : <p class="entry-text">{text}</p>}
      <dl class="facts">
        <dt>{words.call.when}</dt>
        <dd>
          {showOffset(at - beginAt)} <small>{showWholeMoment(at)}</small>
        </dd>
        {lasts ? (
          <>
            <dt>{words.call.took}</dt>
            <dd>{endAt === undefined ? words.call.goesOn : showDuration(endAt - at)}</dd>
          </>
        ) : undefined}
        {leg === undefined ? undefined : (
          <>
            <dt>{words.call.leg}</dt>
            <dd>{leg}</dd>
          </>
        )}
        {sequence === undefined || Number.isNaN(sequence) ? undefined : (
          <>
            <dt>{words.call.sequence}</dt>
            <dd>{sequence}</dd>
          </>
        )}
      </dl>
      {findings === undefined || findings.length === 0 ? undefined : (
        <section class="findings">
          <h4>{words.call.findings(findings.length)}</h4>
          <ul>
            {findings.map(({ path, what, consequence }, index) => (
              <li key={index}>
                <code>{path}</code>
                <p>{what}</p>
                <small>{consequence}</small>
              </li>
            ))}
          </ul>
        </section>
      )}
      {parts.map(({ label, value, text: message }) =>
        message === undefined ? (
          <JsonView key={label} label={label} value={value} />
        ) : (
          <section key={label} class="json">
            <header class="json-head">
              <h4>{label}</h4>
              <Copy label={words.copyText} text={() => message} />
            </header>
            <pre class="json-body message" tabIndex={0}>
              {message}
            </pre>
          </section>
        ),
      )}
    </aside>
  );
}
