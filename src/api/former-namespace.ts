import type { OperationModel } from "./wire/model.ts";

/** Members that the clients of the former `chime` namespace may leave out. */
const laterRequired: ReadonlySet<string> = new Set(["MediaRegion", "ExternalMeetingId"]);
/** Operations that answered 201 there. */
const created: ReadonlySet<string> = new Set([
  "CreateMeeting",
  "CreateMeetingWithAttendees",
  "CreateAttendee",
  "BatchCreateAttendee",
]);

/** What the service of today does not have. Source: the model of the former namespace, 2018-05-01. */
export const formerOperations: readonly OperationModel[] = [
  {
    ...{ service: "meetings", name: "ListMeetings", method: "GET", path: "/meetings", successStatus: 200 },
    ...{ labels: [], staticQuery: [], inputName: "ListMeetingsRequest" },
    input: [
      {
        ...{ name: "MaxResults", shape: { type: "number" }, required: false },
        binding: { in: "query", name: "max-results" },
      },
      {
        ...{ name: "NextToken", shape: { type: "string" }, required: false },
        binding: { in: "query", name: "next-token" },
      },
    ],
  },
];

/** How a client makes requests to operations on meetings, which have the same paths in the service of today and in the former one.
 * "former" for certain; "unsure": an SDK that does not name the service, and that itself checks what the service of today demands. */
export type ClientKind = "today" | "unsure" | "former";

/** Tells by the user agent. Contract: meetings-old-namespace */
export function clientKind(userAgent: string | undefined = ""): ClientKind {
  if (/\bapi\/chime#/.test(userAgent)) return "former";
  const isSdk = /\b(?:aws-sdk|aws-cli|boto3|botocore)/i.test(userAgent);
  return isSdk && !userAgent.includes("chime-sdk-meetings") ? "unsure" : "today";
}

/** An operation as a client of that kind has it. Contract: meetings-old-namespace */
export function modelFor(kind: ClientKind, model: OperationModel): OperationModel {
  if (model.service !== "meetings" || kind === "today") return model;
  const input = model.input.map((member) => (laterRequired.has(member.name) ? { ...member, required: false } : member));
  if (kind === "unsure") return { ...model, input };
  // Its errors were those of the voice service.
  return { ...model, input, service: "voice", successStatus: created.has(model.name) ? 201 : model.successStatus };
}
