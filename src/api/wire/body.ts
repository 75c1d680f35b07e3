import { refuse } from "../refuse.ts";
import { errorMessage } from "../../kernel/index.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Parses the body of a request; an empty one is undefined, which counts as an object without members.
 * Throws `API_UNSUPPORTED_MEDIA_TYPE` when another type than JSON is declared, `API_BAD_REQUEST` when it is not JSON. Contract: api-bodies */
export function parseBody(bytes: Uint8Array | undefined, contentType: string | undefined): unknown {
  if (bytes === undefined || bytes.length === 0) return undefined;
  const mediaType = contentType?.split(";")[0]?.trim().toLowerCase();
  if (mediaType !== undefined && mediaType !== "application/json") {
    throw refuse(
      "API_UNSUPPORTED_MEDIA_TYPE",
      `The content-type is ${JSON.stringify(contentType)}; it must be application/json.`,
    );
  }
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (error) {
    throw refuse("API_BAD_REQUEST", `The body is not JSON in UTF-8: ${errorMessage(error)}.`);
  }
}
