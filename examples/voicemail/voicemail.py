"""Voicemail: a greeting, a beep, a message; then the caller hears it again, saves it, or deletes it and speaks again.

The message at hand is kept in TransactionAttributes, so any process of the function can go on with any call.
"""

import os

import messages

GREETING = os.environ.get("GREETING", "Nobody is here right now. Leave a message after the tone, then press pound.")
PROMPT_BUCKET = os.environ.get("PROMPT_BUCKET", "prompts")
MESSAGE_BUCKET = os.environ.get("MESSAGE_BUCKET", "messages")


def lambda_handler(event, context):
    call = event["CallDetails"]
    actions, attributes = decide(event, call.get("TransactionAttributes") or {})
    told = ", ".join(action["Type"] for action in actions) or "nothing"
    print(f"{call['TransactionId']} {event['InvocationEventType']} -> {told}")
    return {"SchemaVersion": "1.0", "Actions": actions, "TransactionAttributes": attributes}


def decide(event, attributes):
    """Gives the actions that come next, and the attributes to keep."""
    kind = event["InvocationEventType"]
    if kind == "NEW_INBOUND_CALL":
        return [speak(GREETING), *record()], {}
    if kind == "ACTION_SUCCESSFUL":
        return after_success(event, attributes)
    if kind == "ACTION_FAILED":
        return after_failure(event, attributes)
    if kind == "HANGUP":
        print(f"message kept: {attributes.get('key', 'none')}")
        return [], attributes
    if kind == "INVALID_LAMBDA_RESPONSE":
        print(f"our reply was refused: {event['ErrorType']}: {event['ErrorMessage']}")
        return [hang_up()], attributes
    # NEW_OUTBOUND_CALL, RINGING, CALL_ANSWERED, CALL_UPDATE_REQUESTED, DIGITS_RECEIVED, ACTION_INTERRUPTED: voicemail
    # calls nobody and is asked for nothing while it runs.
    return [], attributes


def after_success(event, attributes):
    action = event["ActionData"]
    if action["Type"] == "RecordAudio":
        place = action["RecordingDestination"]
        # A caller who hung up while speaking left a message too.
        attributes = {"bucket": place["BucketName"], "key": place["Key"]}
        return ([] if has_left(event) else ask()), attributes
    if action["Type"] == "SpeakAndGetDigits":
        key = action["ReceivedDigits"]
        if key == "1":
            return [play(attributes["bucket"], attributes["key"]), *ask()], attributes
        if key == "3":
            messages.delete(attributes["bucket"], attributes["key"])
            return [speak("Deleted. Speak after the tone."), *record()], {}
        return goodbye("Your message is saved. Goodbye."), attributes
    return [], attributes


def after_failure(event, attributes):
    action = event["ActionData"]
    print(f"{action['Type']} failed: {action['ErrorType']}: {action['ErrorMessage']}")
    if has_left(event):
        return [], attributes
    if action["Type"] == "SpeakAndGetDigits":  # no key, or a wrong one, three times
        return goodbye("Your message is saved. Goodbye."), attributes
    if action["Type"] == "PlayAudio" and "key" in attributes:  # the message cannot be played
        return [speak("I cannot play your message."), *ask()], attributes
    if action["Type"] == "Speak":  # not even that works
        return [hang_up()], attributes
    return goodbye("Sorry, no message can be left at the moment. Goodbye."), attributes


def record():
    return [
        play(PROMPT_BUCKET, "beep.wav"),
        {
            "Type": "RecordAudio",
            "Parameters": {
                "DurationInSeconds": 60,
                "SilenceDurationInSeconds": 5,
                "SilenceThreshold": 200,
                "RecordingTerminators": ["#"],
                "RecordingDestination": {"Type": "S3", "BucketName": MESSAGE_BUCKET, "Prefix": "inbox/"},
            },
        },
    ]


def ask():
    return [
        {
            "Type": "SpeakAndGetDigits",
            "Parameters": {
                "SpeechParameters": {
                    "Text": "To hear your message, press 1. To save it, press 2. To delete it and speak again, press 3."
                },
                "FailureSpeechParameters": {"Text": "Sorry, I did not get that."},
                "InputDigitsRegex": "^[123]$",
                "MinNumberOfDigits": 1,
                "MaxNumberOfDigits": 1,
                "Repeat": 3,
                "RepeatDurationInMilliseconds": 5000,
            },
        }
    ]


def speak(text):
    return {"Type": "Speak", "Parameters": {"Text": text}}


def play(bucket, key):
    return {"Type": "PlayAudio", "Parameters": {"AudioSource": {"Type": "S3", "BucketName": bucket, "Key": key}}}


def hang_up():
    return {"Type": "Hangup", "Parameters": {"SipResponseCode": "0"}}


def goodbye(text):
    return [speak(text), hang_up()]


def has_left(event):
    """Whether the caller hung up. A leg that is not answered yet has no Status."""
    return event["CallDetails"]["Participants"][0].get("Status") == "Disconnected"
