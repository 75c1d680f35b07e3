import type { OwnAsk, Session } from "../../api/index.ts";
import { defineOperation, noInput } from "../operation.ts";
import { refuseAdmin } from "../refuse-admin.ts";
import { sessionState } from "../shapes/session.ts";
import type { ValueOf } from "../shapes/schema-node.ts";
import { showTime } from "../shapes/words.ts";

/** The operations on sessions, which tell what a key may do of all operations.
 * @param operationIds of all operations that need a key */
export function sessionOperations(operationIds: () => readonly string[]) {
  const describe = (ask: OwnAsk, session = ask.session) => describeSession(ask, session, operationIds());
  const getSession = defineOperation({
    id: "GetSession",
    method: "GET",
    path: "/session",
    summary: "Whether this browser has signed in, who it is, and what it may do.",
    access: "pages",
    input: noInput,
    answer: sessionState,
    handle: (_input, { ask }) => describe(ask),
  });
  const signIn = defineOperation({
    id: "SignIn",
    method: "POST",
    path: "/session",
    summary:
      "Exchanges an access key for a session of twelve hours, whose cookie only this browser has. Other sites' pages cannot use it.",
    access: "pages",
    input: noInput,
    body: {
      type: "object",
      additionalProperties: false,
      required: ["accessKeyId", "secret"],
      properties: {
        accessKeyId: { type: "string", minLength: 1, maxLength: 128 },
        secret: { type: "string", minLength: 1, maxLength: 1_024 },
      },
    },
    answer: sessionState,
    handle({ accessKeyId, secret }, { ask, exchange }) {
      if (ask.sessions === undefined) {
        throw refuseAdmin("API_UNPROCESSABLE", "This server asks for no access key: there is nothing to sign in with.");
      }
      if (ask.session !== undefined) ask.sessions.signOut(exchange);
      return describe(ask, ask.sessions.signIn(exchange, accessKeyId, secret));
    },
  });
  const signOut = defineOperation({
    id: "SignOut",
    method: "DELETE",
    path: "/session",
    summary: "Ends the session of this browser.",
    access: "pages",
    input: noInput,
    answer: sessionState,
    handle(_input, { ask, exchange }) {
      ask.sessions?.signOut(exchange);
      return { isRequired: ask.sessions !== undefined, isSignedIn: ask.sessions === undefined, may: [] };
    },
  });
  return [getSession, signIn, signOut];
}

function describeSession(
  { sessions, mayAs }: OwnAsk,
  session: Session | undefined,
  ids: readonly string[],
): ValueOf<typeof sessionState> {
  const isRequired = sessions !== undefined;
  if (session === undefined) return { isRequired, isSignedIn: !isRequired, may: isRequired ? [] : ids };
  return {
    ...{ isRequired, isSignedIn: true, who: session.key.id, csrfToken: session.csrfToken },
    expiresAt: showTime(session.expiresAt),
    may: ids.filter((id) => mayAs(session, id)),
  };
}
