import { effect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useErrorBoundary } from "preact/hooks";
import { ask, isReachable, may, renewSession, session } from "./api/ask.ts";
import { openStream, stream } from "./api/stream.ts";
import { CallsPage } from "./calls/calls-page.tsx";
import { CallPage } from "./call/call-page.tsx";
import { Confirmation } from "./parts/dialog.tsx";
import { Icon, type IconName } from "./parts/icon.tsx";
import { lazy } from "./parts/lazy.tsx";
import { Banner, Empty, Waiting } from "./parts/notice.tsx";
import { Toasts } from "./parts/toast.tsx";
import { PhoneDock } from "./phone/phone-dock.tsx";
import { SignIn } from "./sign-in.tsx";
import { linkTo, route } from "./state/route.ts";
import { isDevelopment, readServer, server } from "./state/server.ts";
import { theme, themes } from "./state/theme.ts";
import { words } from "./words.ts";

const AuthorPage = lazy(() => import("./author/author-page.tsx").then((found) => found.AuthorPage));
const OperatorPage = lazy(() => import("./operator/operator-page.tsx").then((found) => found.OperatorPage));

/** How often a server that does not answer is asked again. */
const againMs = 3_000;

/** The frame of every page. */
export function Shell(): JSX.Element {
  useEffect(() => {
    const timer = setInterval(() => {
      if (session.value === undefined || !isReachable.value) renewSession().catch(() => undefined);
    }, againMs);
    const stop = effect(() => {
      if (session.value?.isSignedIn !== true) return;
      void readServer();
      beginStream();
    });
    return () => {
      clearInterval(timer);
      stop();
    };
  }, []);
  const known = session.value;
  if (known !== undefined && !known.isSignedIn) return <SignIn />;
  return (
    <div class="shell">
      <a class="skip" href="#main">
        {words.skip}
      </a>
      <Side />
      <main id="main" class="main" tabIndex={-1}>
        <Connection />
        {known === undefined ? <Waiting lines={9} /> : <Page />}
      </main>
      {known === undefined ? undefined : <PhoneDock />}
      <Confirmation />
      <Toasts />
    </div>
  );
}

const streams = { isOpen: false };

function beginStream(): void {
  if (streams.isOpen) return;
  streams.isOpen = true;
  openStream();
}

/** A part that fails says so, and leaves the rest of the page as it is. */
function Page() {
  const { path } = route.value;
  const [failure, again] = useErrorBoundary() as [unknown, () => void];
  useEffect(() => again(), [path]);
  if (failure !== undefined)
    return (
      <Empty icon="alert" title={words.problems.broken}>
        <p>{words.problems.brokenText(failure instanceof Error ? failure.message : "")}</p>
      </Empty>
    );
  const call = /^\/calls\/([^/]+)$/.exec(path)?.[1];
  if (call !== undefined) return <CallPage key={call} id={decodeURIComponent(call)} />;
  if (path === "/" || path === "/calls") return <CallsPage />;
  if (path === "/author") return <AuthorPage />;
  if (path === "/operator") return <OperatorPage />;
  return (
    <Empty icon="search" title={words.problems.noPage}>
      <a href={linkTo("/")}>{words.nav.calls}</a>
    </Empty>
  );
}

function Connection() {
  const { state, gap } = stream.value;
  if (!isReachable.value) return <Banner tone="bad">{words.problems.serverGone}</Banner>;
  if (state === "lost") return <Banner tone="warn">{words.problems.streamLost}</Banner>;
  if (gap === undefined) return undefined;
  return (
    <Banner tone="warn">
      {words.problems.gap(gap)}{" "}
      <button type="button" class="link" onClick={() => (stream.value = { state: "open" })}>
        {words.understood}
      </button>
    </Banner>
  );
}

function Side() {
  const places: readonly (readonly [string, IconName, string])[] = [
    ["/", "call", words.nav.calls],
    ...(isDevelopment.value || may("PlaceCall") ? ([["/author", "code", words.nav.author]] as const) : []),
    ["/operator", "server", words.nav.operator],
  ];
  const { path } = route.value;
  const isAt = (place: string) => (place === "/" ? path === "/" || path.startsWith("/calls") : path === place);
  return (
    <header class="side">
      <a class="brand" href={linkTo("/")} aria-label={words.product}>
        <Mark />
        <span>{words.product}</span>
      </a>
      <nav aria-label={words.nav.label}>
        {places.map(([place, icon, label]) => (
          <a key={place} href={linkTo(place)} aria-current={isAt(place) ? "page" : undefined}>
            <Icon name={icon} size={17} />
            <span>{label}</span>
          </a>
        ))}
      </nav>
      <div class="side-foot">
        <ServerLine />
        <ThemeChoice />
        <SignOut />
      </div>
    </header>
  );
}

function Mark() {
  return (
    <svg class="brand-mark" viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
      <rect width="32" height="32" rx="9" />
      <path d="M6 20c2-9 18-9 20 0" class="mark-outer" />
      <path d="M11.5 21.5a4.7 4.7 0 0 1 9 0" class="mark-inner" />
    </svg>
  );
}

function ServerLine() {
  const found = server.value;
  const isUp = isReachable.value && stream.value.state === "open";
  return (
    <p class="server-line">
      <span class={isUp ? "lamp lamp-on" : "lamp"} />
      <span>
        {isUp ? words.server.connected : words.server.connecting}
        {found === undefined ? undefined : <small>{words.server.line(found.version, found.mode)}</small>}
      </span>
    </p>
  );
}

function ThemeChoice() {
  const icons = { system: "system", light: "sun", dark: "moon" } as const;
  return (
    <fieldset class="choice theme-choice">
      <legend class="unseen">{words.theme.label}</legend>
      {themes.map((name) => (
        <label key={name} title={words.theme[name]}>
          <input type="radio" name="theme" checked={theme.value === name} onChange={() => (theme.value = name)} />
          <Icon name={icons[name]} size={15} />
          <span class="unseen">{words.theme[name]}</span>
        </label>
      ))}
    </fieldset>
  );
}

function SignOut() {
  const who = session.value;
  if (who?.isRequired !== true) return undefined;
  const leave = () => {
    ask("DELETE", "/session").then(
      () => location.reload(),
      () => location.reload(),
    );
  };
  return (
    <button type="button" class="button button-small" onClick={leave}>
      <Icon name="leave" size={14} /> {words.signIn.leave}
    </button>
  );
}
