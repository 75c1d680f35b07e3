import { AppError } from "../kernel/index.ts";
import { createUserAgent, type IncomingCall, type SipAddress } from "../sip/index.ts";
import { printSipUri } from "../sip-syntax/index.ts";
import { parseDestination } from "./destination.ts";
import { createIncomingLine, type IncomingLine } from "./incoming-line.ts";
import { createOutgoingLine } from "./outgoing-line.ts";
import { assertRefusalStatus } from "./refusal-status.ts";
import { credentialsOf, registerPhone } from "./register.ts";
import type { DialOptions, Phone, PhoneCall, PhoneOptions } from "./types.ts";

/** Opens a phone. Rejects with `SIP_BIND_FAILED` when it cannot listen, `PHONE_BAD_STATUS` for a greeting that refuses nothing. */
export async function createPhone(options: PhoneOptions): Promise<Phone> {
  const { listen, media, greeting, clock, log, onDigit, codecs = ["PCMU", "PCMA"], srtp } = options;
  const { user = options.registrar?.username ?? "phone" } = options;
  if (greeting.type === "reject") assertRefusalStatus(greeting.status);
  const calls = new Set<PhoneCall>();
  let isClosed = false;

  const keep = (call: PhoneCall) => {
    calls.add(call);
    void call.ended.then(() => calls.delete(call));
  };

  const onInvite = (invite: IncomingCall) => {
    const localHost = () => agent.localAddressFor(invite.source).host;
    const line = createIncomingLine(invite, { media, codecs, srtp, clock, log, onDigit, localHost });
    keep(line.call);
    options.onCall?.(line.call);
    greet(line, options);
  };

  const agent = await createUserAgent({
    listeners: [listen],
    userAgent: "Offhook phone",
    clock,
    log,
    onInvite,
    ...(options.onTrace === undefined ? {} : { onTrace: options.onTrace }),
    ...(options.certificates === undefined ? {} : { certificates: options.certificates }),
    ...(options.network === undefined ? {} : { network: options.network }),
  });

  const credentials = credentialsOf(options.account ?? options.registrar);
  const registration = options.registrar && registerPhone(options.registrar, credentials, agent, options);

  const dial = (uri: string, { nextHop, from = user, headers = [] }: DialOptions = {}): PhoneCall => {
    if (isClosed) throw new AppError("PHONE_CLOSED", "the phone is closed and calls nobody");
    const destination = parseDestination(uri, nextHop);
    const fromUri = (local: SipAddress) => (/^sips?:/i.test(from) ? from : printSipUri({ ...local, user: from }));
    const call = createOutgoingLine({
      ...{ media, codecs, srtp, clock, log, onDigit, agent, destination, credentials },
      from: fromUri,
      extraHeaders: headers,
    });
    keep(call);
    return call;
  };

  return {
    address: agent.listeners[0] ?? listen,
    dial,
    ledger: () => ({ ...agent.ledger(), calls: calls.size }),
    close: async () => {
      isClosed = true;
      const endings = [...calls].map((call) => call.ended);
      for (const call of calls) call.hangUp();
      await Promise.all([...endings, registration?.close()]);
      await agent.close();
    },
  };
}

/** Applies the phone's greeting to a call, unless its owner has answered or refused it already. */
function greet(line: IncomingLine, { greeting, clock }: Pick<PhoneOptions, "greeting" | "clock">): void {
  if (line.isOver()) return;
  if (greeting.type === "reject") {
    if (!line.isAnswering()) line.call.reject(greeting.status);
    return;
  }
  line.ring();
  if (greeting.type === "ring") return;
  const timer = clock.startTimer(greeting.ringMs, () => line.call.answer());
  void line.call.ended.then(() => timer.cancel());
}
