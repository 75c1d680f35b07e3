import { refuse } from "../refuse.ts";
import { defineOperation } from "./operation.ts";

const gone = () => Promise.reject(refuse("API_GONE", "Alexa skill configurations were withdrawn and cannot be used."));

/** Withdrawn by the service. Contract: api-withdrawn */
export const getSipMediaApplicationAlexaSkillConfiguration = defineOperation(
  "GetSipMediaApplicationAlexaSkillConfiguration",
  gone,
);

/** Withdrawn by the service. */
export const putSipMediaApplicationAlexaSkillConfiguration = defineOperation(
  "PutSipMediaApplicationAlexaSkillConfiguration",
  gone,
);
