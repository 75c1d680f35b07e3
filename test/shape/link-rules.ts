import { posix } from "node:path";
import type { RepositoryFile } from "./repository.ts";

/** Links of pages to files, or to places in a page, that do not exist. Links to the network are not followed.
 * @param paths of what is no text, such as pictures */
export function linkProblems(files: readonly RepositoryFile[], paths: readonly string[] = []): readonly string[] {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const folders = new Set(files.flatMap(({ path }) => foldersOf(path)));
  return files
    .filter(({ path }) => path.endsWith(".md"))
    .flatMap(({ path, text }) =>
      linksOf(text).flatMap((link) => {
        const [file = "", place] = link.split("#");
        const target = file === "" ? path : posix.join(posix.dirname(path), file).replace(/\/$/, "");
        const page = texts.get(target);
        if (page === undefined && !folders.has(target) && !paths.includes(target))
          return [`${path}: ${link} leads to no file`];
        if (place === undefined || (page !== undefined && anchorsOf(page).has(place))) return [];
        return [`${path}: ${link} leads to no place of that page`];
      }),
    );
}

function linksOf(text: string): readonly string[] {
  return [...withoutCode(text).matchAll(/\]\(([^()\s]+)\)/g)]
    .map(([, link = ""]) => link)
    .filter((link) => !/^[a-z]+:/.test(link));
}

/** Anchors, and headings as code hosts make anchors of them. */
function anchorsOf(page: string): ReadonlySet<string> {
  const text = withoutCode(page);
  const anchors = [...text.matchAll(/<a id="([^"]+)"/g)].map(([, id = ""]) => id);
  const headings = [...text.matchAll(/^#{1,6} (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .replace(/<[^>]*>/g, "")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
  return new Set([...anchors, ...headings]);
}

function withoutCode(text: string): string {
  return text.replace(/^```[^]*?^```$/gm, "");
}

function foldersOf(path: string): readonly string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_part, index) => parts.slice(0, index + 1).join("/"));
}
