/** Web pages out of a folder, for trying things in a browser: files as they are, scripts together with what they import. */
export { bundleScript, type BundleOptions } from "./bundle-script.ts";
export { createPages, type PageFile, type Pages } from "./pages.ts";
