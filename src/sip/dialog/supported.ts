/** Option tags of the extensions that this server has, for `Supported` and to read `Require` by: session timers (RFC 4028), reliable provisional
 * responses (RFC 3262), and where far ends may ask for another party in their place, the replacement of dialogs (RFC 3891) and transfers of whose
 * progress nothing is told (RFC 4488). */
export function supportedOptions({ acceptsRefer }: { readonly acceptsRefer: boolean }): readonly string[] {
  return ["timer", "100rel", ...(acceptsRefer ? ["replaces", "norefersub"] : [])];
}
