/** Option tags of the extensions that this server has, for `Supported` and to read `Require` by: session timers (RFC 4028) and
 * reliable provisional responses (RFC 3262). */
export const supportedOptions: readonly string[] = ["timer", "100rel"];

/** The value of `Supported`. */
export const supportedValue = supportedOptions.join(", ");
