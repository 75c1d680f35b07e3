// Places a reminder call, or tells a live one of another time, through the official client. The environment says where (AWS_ENDPOINT_URL_CHIME_SDK_VOICE)
// and as whom; without an endpoint it is the original service.
import {
  ChimeSDKVoiceClient,
  CreateSipMediaApplicationCallCommand,
  paginateListSipMediaApplications,
  UpdateSipMediaApplicationCallCommand,
} from "@aws-sdk/client-chime-sdk-voice";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    application: { type: "string", default: "reminder" },
    from: { type: "string", default: "+12065550100" },
    to: { type: "string", default: "+15105550101" },
    name: { type: "string", default: "Ada" },
    time: { type: "string", default: "Tuesday at ten" },
    update: { type: "string" }, // the transaction id of a live call
  },
});
const client = new ChimeSDKVoiceClient({});

const SipMediaApplicationId = await findApplication(values.application);
if (values.update === undefined) {
  const { SipMediaApplicationCall: call } = await client.send(
    new CreateSipMediaApplicationCallCommand({
      SipMediaApplicationId,
      FromPhoneNumber: values.from,
      ToPhoneNumber: values.to,
      ArgumentsMap: { name: values.name, time: values.time },
    }),
  );
  console.log(call.TransactionId);
} else {
  const Arguments = { time: values.time };
  await client.send(
    new UpdateSipMediaApplicationCallCommand({ SipMediaApplicationId, TransactionId: values.update, Arguments }),
  );
}

async function findApplication(name) {
  for await (const page of paginateListSipMediaApplications({ client }, {})) {
    const found = page.SipMediaApplications.find((application) => application.Name === name);
    if (found !== undefined) return found.SipMediaApplicationId;
  }
  throw new Error(`there is no SIP media application named ${name}`);
}
