import type { Cluster } from "../cluster/index.ts";
import type { CallControl, UpdateCallOutcome } from "../engine/index.ts";
import { AppError, errorCode, errorMessage } from "../kernel/index.ts";

/** Seconds after which a node that does not answer has died for all others, and its calls with it. */
const retryAfterS = 5;

/** The calls of this node; an update of one that another node has is passed on to it. Rejects with `API_NODE_AWAY`.
 * Contract: api-update-live-calls */
export function callsOfAllNodes(calls: CallControl, cluster: Cluster): CallControl {
  return {
    createCall: (request) => calls.createCall(request),
    async updateCall(applicationId, transactionId, updateArguments) {
      const here = await calls.updateCall(applicationId, transactionId, updateArguments);
      if (here === "accepted") return here;
      const holder = await cluster.holderOf(transactionId);
      if (holder === undefined) return here;
      return passOn(holder, { applicationId, transactionId, updateArguments });
    },
  };
}

interface Update {
  readonly applicationId: string;
  readonly transactionId: string;
  readonly updateArguments: Readonly<Record<string, string>>;
}

type Holder = NonNullable<Awaited<ReturnType<Cluster["holderOf"]>>>;

async function passOn(
  holder: Holder,
  { applicationId, transactionId, updateArguments }: Update,
): Promise<UpdateCallOutcome> {
  const [application, transaction] = [encodeURIComponent(applicationId), encodeURIComponent(transactionId)];
  try {
    const answer = await holder.ask({
      ...{ method: "POST", from: "service", path: `/sip-media-applications/${application}/calls/${transaction}` },
      ...{ body: Buffer.from(JSON.stringify({ Arguments: updateArguments })), contentType: "application/json" },
    });
    const text = await answer.text();
    if (answer.status < 300) return "accepted";
    if (answer.status === 404) return "not-found";
    throw away(`The node ${holder.card.name}, which has the call, answered with ${answer.status}: ${text}`);
  } catch (error) {
    throw errorCode(error) === "CLUSTER_NODE_AWAY" ? away(errorMessage(error)) : error;
  }
}

function away(why: string): AppError {
  return new AppError("API_NODE_AWAY", why, { details: { retryAfterS }, retry: "later" });
}
