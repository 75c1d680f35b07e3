import type { Refusals, Registration, Target, Trunk } from "../api/types.ts";
import { Badge } from "../parts/notice.tsx";
import { showCount, showMoment, showParty } from "../parts/show.ts";
import { linkTo } from "../state/route.ts";
import { words } from "../words.ts";
import { Card, Figures } from "./card.tsx";

const circuitTones = { none: "plain", closed: "good", open: "bad", trying: "warn" } as const;

export function TargetsCard() {
  return (
    <Card<{ targets: readonly Target[] }> title={words.operator.targets} path="/targets">
      {({ targets }) =>
        targets.length === 0 ? (
          <p class="quiet-line">{words.operator.noTargets}</p>
        ) : (
          <Figures
            heads={[words.operator.target, words.operator.circuit, words.operator.answered, words.operator.failures]}
            rows={targets.map(({ name, circuit, why, askedAgainInMs, answered, failed }) => [
              <strong>{name}</strong>,
              <>
                <Badge tone={circuitTones[circuit]}>{words.operator.circuits[circuit]}</Badge>{" "}
                <small>
                  {why} {askedAgainInMs === undefined ? undefined : words.operator.askedAgain(askedAgainInMs)}
                </small>
              </>,
              showCount(answered),
              Object.entries(failed)
                .map(([cause, count]) => `${showCount(count)} ${cause}`)
                .join(", ") || "0",
            ])}
          />
        )
      }
    </Card>
  );
}

export function TrunksCard() {
  return (
    <Card<{ trunks: readonly Trunk[] }> title={words.operator.trunks} path="/trunks">
      {({ trunks }) =>
        trunks.length === 0 ? (
          <p class="quiet-line">{words.operator.noTrunks}</p>
        ) : (
          <Figures
            heads={[words.operator.trunk, words.operator.calls, words.operator.registration, words.operator.addresses]}
            rows={trunks.map(({ name, state, calls, maxCalls, registration, addresses }) => [
              <>
                <strong>{name}</strong> <Badge tone={state === "up" ? "good" : "bad"}>{state}</Badge>
              </>,
              maxCalls === undefined ? calls : words.operator.of(calls, maxCalls),
              registration === undefined ? words.none : `${registration.state} ${registration.why ?? ""}`,
              addresses.map(({ address, state: itsState, why, probe }) => (
                <div key={address}>
                  <code>{address}</code> <Badge tone={itsState === "up" ? "good" : "bad"}>{itsState}</Badge>{" "}
                  <small>
                    {why ?? probe?.failure}{" "}
                    {probe === undefined ? undefined : words.operator.probe(showMoment(probe.at))}
                  </small>
                </div>
              )),
            ])}
          />
        )
      }
    </Card>
  );
}

export function RegistrationsCard() {
  return (
    <Card<{ registrations: readonly Registration[] }> title={words.operator.registrations} path="/registrations">
      {({ registrations }) =>
        registrations.length === 0 ? (
          <p class="quiet-line">{words.operator.noRegistrations}</p>
        ) : (
          <Figures
            heads={[words.operator.account, words.operator.contact, words.operator.source, words.operator.until]}
            rows={registrations.map(({ account, contact, source, expiresAt }) => [
              <strong>{account}</strong>,
              <code>{contact}</code>,
              <code>{source}</code>,
              showMoment(expiresAt),
            ])}
          />
        )
      }
    </Card>
  );
}

export function RefusalsCard() {
  return (
    <Card<Refusals> title={words.operator.refusals} path="/refusals">
      {({ causes, calls }) =>
        causes.length === 0 && calls.length === 0 ? (
          <p class="quiet-line">{words.operator.noRefusals}</p>
        ) : (
          <div class="stack">
            <Figures
              heads={[words.operator.cause, words.operator.count]}
              rows={causes.map(({ cause, count, words: text }) => [
                <a href={linkTo("/", { state: "refused", cause })} title={text}>
                  {cause}
                </a>,
                showCount(count),
              ])}
            />
            {calls.length === 0 ? undefined : (
              <>
                <h3>{words.operator.lastRefused}</h3>
                <ul class="plain-list">
                  {calls.slice(0, 8).map(({ id, startedAt, from, to, endType }) => (
                    <li key={id}>
                      <time>{showMoment(startedAt)}</time>{" "}
                      <a href={linkTo(`/calls/${encodeURIComponent(id)}`, { tab: "ladder" })}>
                        {showParty(from)} → {showParty(to)}
                      </a>{" "}
                      <Badge tone="bad">{endType}</Badge>
                    </li>
                  ))}
                </ul>
              </>
            )}
          </div>
        )
      }
    </Card>
  );
}
