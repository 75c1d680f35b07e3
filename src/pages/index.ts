/** Web pages: out of a folder, for trying things in a browser, files as they are and scripts together with what they import; and sites that were built. */
export { bundleScript, type BundleOptions } from "./bundle-script.ts";
export { createPages, type PageFile, type Pages } from "./pages.ts";
export { createSite, type Site, type SiteFile } from "./site.ts";
