"""Gets call events and returns the actions to run. `npm start` calls it, `npm test` tests it."""

import os

OPERATOR_NUMBER = os.environ.get("OPERATOR_NUMBER", "+12065550142")
PROMPT_BUCKET = os.environ.get("PROMPT_BUCKET", "prompts")


def handler(event, context):
    kind = event["InvocationEventType"]
    action = event.get("ActionData", {}).get("Type")

    if kind == "NEW_INBOUND_CALL":
        return reply(MENU)
    if kind == "ACTION_SUCCESSFUL" and action == "SpeakAndGetDigits":
        if event["ActionData"]["ReceivedDigits"] == "1":
            return reply(play("hours.wav"), hangup())
        return reply(speak("One moment, please."), call_operator(event))
    if kind == "ACTION_FAILED" and action == "SpeakAndGetDigits":
        return reply(speak("Goodbye."), hangup())
    if kind == "ACTION_FAILED" and action == "CallAndBridge":
        return reply(speak("Nobody is free right now. Goodbye."), hangup())
    if kind == "HANGUP":
        # One of two who were put through has left: the other one leaves too.
        for participant in event["CallDetails"]["Participants"]:
            if participant.get("Status") == "Connected":
                return reply(hangup(participant["CallId"]))
    return reply()


def reply(*actions):
    return {"SchemaVersion": "1.0", "Actions": list(actions)}


def speak(text):
    return {"Type": "Speak", "Parameters": {"Text": text}}


def play(key):
    source = {"Type": "S3", "BucketName": PROMPT_BUCKET, "Key": key}
    return {"Type": "PlayAudio", "Parameters": {"AudioSource": source}}


def hangup(call_id=None):
    parameters = {"SipResponseCode": "0"}
    if call_id is not None:
        parameters["CallId"] = call_id
    return {"Type": "Hangup", "Parameters": parameters}


MENU = {
    "Type": "SpeakAndGetDigits",
    "Parameters": {
        "InputDigitsRegex": "^[12]$",
        "SpeechParameters": {"Text": "Welcome. For our opening hours, press 1. To speak to somebody, press 2."},
        "FailureSpeechParameters": {"Text": "Sorry, I did not get that."},
        "MinNumberOfDigits": 1,
        "MaxNumberOfDigits": 1,
        "Repeat": 3,
        "RepeatDurationInMilliseconds": 4000,
    },
}


def call_operator(event):
    return {
        "Type": "CallAndBridge",
        "Parameters": {
            "CallTimeoutSeconds": 30,
            "CallerIdNumber": event["CallDetails"]["Participants"][0]["To"],
            "Endpoints": [{"BridgeEndpointType": "PSTN", "Uri": OPERATOR_NUMBER}],
        },
    }
