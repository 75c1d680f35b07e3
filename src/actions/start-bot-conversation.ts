import { defineAction, parametersOf, readParameters, systemException } from "../call/index.ts";
import { defaulted, list, object, optional, required, text, textMap, keyword } from "../contract/index.ts";
import { isInvalid } from "./parameters/invalid-parameter.ts";

const welcomeMessage = object({
  Content: required(text("text"), { description: "What the bot says." }),
  ContentType: required(keyword(["PlainText", "SSML"]), { description: "Whether Content is plain or SSML." }),
});
const dialogAction = object({
  Type: required(keyword(["Delegate", "ElicitIntent"]), { description: "What the bot does next." }),
});
const sessionState = object({
  SessionAttributes: optional(textMap(), { description: "Attributes of the session, time limits among them." }),
  DialogAction: optional(dialogAction, { description: "How the conversation begins." }),
});
const configuration = object({
  SessionState: optional(sessionState, { description: "The state that the bot begins with." }),
  WelcomeMessages: optional(list(welcomeMessage), {
    description: "What the bot says first; DialogAction.Type must be ElicitIntent.",
  }),
});

const parameters = parametersOf({
  BotAliasArn: required(text("text"), { description: "The ARN of the bot's alias.", error: isInvalid("BotAliasArn") }),
  LocaleId: defaulted(text("none"), {
    description: "The language of the bot.",
    default: "en_US",
    error: isInvalid("LocaleId"),
  }),
  Configuration: optional(configuration, {
    description: "How the conversation begins.",
    error: isInvalid("Configuration"),
  }),
});
const unavailable = { ...systemException, why: "Bots are not available in this version." };

/** Fails, since there are no bots yet. Contract: actions-start-bot-conversation-fails */
export const startBotConversation = defineAction<never>({
  type: "StartBotConversation",
  parameters,
  unavailable,
  answers: true,
  needs: "answered",
  reportsMidList: true,
  interruptible: false,
  failsWhenLegLeaves: true,
  namesLegById: true,

  check(sent, context) {
    const read = readParameters(parameters, sent, context);
    return read.type === "bad" ? read : { type: "bad", ...unavailable };
  },
  start: (value) => value,
});
