import type { SettingNode } from "./setting-node.ts";

/** How a client of AWS gets its credentials: the profile of the shared files, or one access key. */
export const awsCredentials = {
  profile: {
    description:
      "Profile of the shared AWS files with the credentials. Default: what the SDK's chain of credentials finds.",
    type: "string",
    minLength: 1,
  },
  accessKeyId: {
    description: "Id of an access key, in place of profile; it needs secretAccessKeyFile or secretAccessKey.",
    type: "string",
    minLength: 1,
  },
  secretAccessKey: {
    description: "The secret of accessKeyId.",
    type: "string",
    minLength: 1,
    "x-secret": true,
  },
  secretAccessKeyFile: {
    description: "File whose only line is the secret of accessKeyId; it is read at the start.",
    type: "string",
    minLength: 1,
  },
} as const satisfies Readonly<Record<string, SettingNode>>;
