import type { Locator, Page } from "playwright-core";

/** The first line with these words in the list of what a call had. */
export function entry(page: Page, text: string | RegExp): Locator {
  return page.locator(".entry-list > li", { hasText: text }).first();
}
