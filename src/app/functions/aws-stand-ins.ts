import type { LocalFunction } from "../../invoke/index.ts";

/** Any of these means that a function has credentials of its own. Source: the AWS SDKs and Tools Reference Guide, "environment variables". */
const ownCredentials = [
  "AWS_ACCESS_KEY_ID",
  "AWS_PROFILE",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_SHARED_CREDENTIALS_FILE",
  "AWS_CONFIG_FILE",
];

/** The variables that keep a function's SDK clients from AWS in development mode: the services that this server has are found here, and
 * so is every other one, where it is refused by name, unless the function has credentials, of its own or of the shell. Where an address of
 * all services was given, only the credentials are stand-ins. They keep those of the developer's home folder out of reach of clients that
 * follow no such variable.
 * @param apiUrl where this server's API listens */
export function awsStandIns(
  { environment, inherited }: Pick<LocalFunction, "environment" | "inherited">,
  apiUrl: string,
): Record<string, string> {
  const given = { ...inherited, ...environment };
  const ours = {
    AWS_ENDPOINT_URL_CHIME_SDK_VOICE: apiUrl,
    AWS_ENDPOINT_URL_CHIME_SDK_MEETINGS: apiUrl,
    AWS_ENDPOINT_URL_CHIME: apiUrl,
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "false",
  };
  if (ownCredentials.some((name) => name in given)) return ours;
  return {
    ...ours,
    AWS_ENDPOINT_URL: given["AWS_ENDPOINT_URL"] ?? apiUrl,
    AWS_ACCESS_KEY_ID: "offhook",
    AWS_SECRET_ACCESS_KEY: "offhook",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}
