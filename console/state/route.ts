import { signal } from "@preact/signals";

/** Where the page is: the path behind /console, and what is asked for behind it. */
export interface Route {
  readonly path: string;
  readonly query: URLSearchParams;
}

const root = "/console";

export const route = signal<Route>(readRoute());

/** The address of a part of the page. */
export function linkTo(path: string, query: Readonly<Record<string, string | undefined>> = {}): string {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== "") asked.set(name, value);
  return `${root}${path}${asked.size === 0 ? "" : `?${asked}`}`;
}

/** Goes to a part of the page.
 * @param isSamePlace the address changes, and the way back does not get longer */
export function goTo(address: string, isSamePlace = false): void {
  if (isSamePlace) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  route.value = readRoute();
}

/** Changes what is asked for behind the path. */
export function setQuery(changes: Readonly<Record<string, string | undefined>>): void {
  const query = Object.fromEntries(route.value.query);
  goTo(linkTo(route.value.path, { ...query, ...changes }), true);
}

/** Follows the browser's own ways: links, and back. */
export function followLinks(): void {
  addEventListener("popstate", () => (route.value = readRoute()));
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const isOther = event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0;
    if (link === null || isOther || link.target !== "" || link.hasAttribute("download")) return;
    const { origin, pathname, search } = new URL(link.href);
    if (origin !== location.origin || !pathname.startsWith(root)) return;
    event.preventDefault();
    goTo(pathname + search);
    scrollTo(0, 0);
  });
}

function readRoute(): Route {
  const path = location.pathname.slice(root.length).replace(/\/$/, "");
  return { path: path === "" ? "/" : path, query: new URLSearchParams(location.search) };
}
