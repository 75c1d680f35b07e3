import { adminOperations } from "./operations/index.ts";
import { adminPath, membersOfPath, type AdminOperation } from "./operation.ts";

/** Errors that any operation may answer with. */
const errorStatuses: Readonly<Record<string, string>> = {
  "400": "A parameter is wrong.",
  "403": "The request has no right key, or none that may do this, or comes from a page of another origin.",
  "404": "What is named does not exist.",
  "422": "What is asked for cannot be given.",
  "429": "The key has more requests than it may have.",
  "503": "The server starts or stops.",
};

/** The OpenAPI document (3.1) of the operations, printed from what requests are checked by. */
export function describeOpenApi(version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of adminOperations) {
    const path = `${adminPath}${operation.path}`;
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describeOperation(operation) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Offhook",
      version,
      description:
        "What an Offhook server does, live and past, and how it is drained. Requests are signed as those of the API are, or come with an access key by Basic authentication over TLS or from the machine itself, or with the cookie of a session.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    security: [{ basic: [] }, { signature: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        basic: { type: "http", scheme: "basic", description: "Id and secret of an access key." },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "offhook-session-PORT",
          description:
            "Of SignIn, PORT being that of the server. What is no GET needs the header x-offhook-csrf with the csrfToken of the session.",
        },
        signature: {
          type: "apiKey",
          in: "header",
          name: "Authorization",
          description: "AWS Signature Version 4 for the service chime.",
        },
      },
      schemas: {
        Error: {
          type: "object",
          required: ["Code", "Message"],
          properties: { Code: { type: "string" }, Message: { type: "string" } },
        },
      },
    },
  };
}

function describeOperation({ id, summary, path, input, body, answer, answerType, access }: AdminOperation): object {
  const inPath = membersOfPath(path);
  const parameters = Object.entries(input.properties).map(([name, { description, ...schema }]) => ({
    ...{ name, in: inPath.includes(name) ? "path" : "query" },
    required: input.required?.includes(name) ?? false,
    ...(description === undefined ? {} : { description }),
    schema,
  }));
  const errors = Object.entries(errorStatuses).map(([status, description]): [string, object] => [
    status,
    { description, content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } } },
  ]);
  return {
    ...{ operationId: id, summary },
    ...(access === "pages" ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: (body.required ?? []).length > 0,
            content: { "application/json": { schema: body } },
          },
        }),
    responses: {
      "200": {
        description: "What was asked for.",
        content: { [answerType ?? "application/json"]: { schema: answer } },
      },
      ...Object.fromEntries(errors),
    },
  };
}
