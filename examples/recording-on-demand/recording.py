"""Puts each caller through to an agent, who can record the call by keys: *1 starts, pauses and resumes, *2 stops.

TransactionAttributes keep how the recording stands: "off", "on", "paused" or "done".
"""

import os

AGENT_NUMBER = os.environ.get("AGENT_NUMBER", "+12065550142")
RECORDINGS = os.environ.get("RECORDINGS", "recordings/calls")

# By state and keys: the next state, the action, what the caller hears, what the agent hears.
STEPS = {
    ("off", "*1"): ("on", "StartCallRecording", "This call is recorded from now on.", "Recording."),
    ("on", "*1"): ("paused", "PauseCallRecording", "", "Paused."),
    ("paused", "*1"): ("on", "ResumeCallRecording", "", "Recording again."),
    ("on", "*2"): ("done", "StopCallRecording", "This call is not recorded any more.", "Stopped."),
    ("paused", "*2"): ("done", "StopCallRecording", "This call is not recorded any more.", "Stopped."),
    # A leg can be recorded once.
    ("done", "*1"): ("done", "", "", "The recording is finished."),
    ("done", "*2"): ("done", "", "", "The recording is finished."),
    ("off", "*2"): ("off", "", "", "There is no recording."),
}


def lambda_handler(event, context):
    call = event["CallDetails"]
    state = (call.get("TransactionAttributes") or {}).get("recording", "off")
    actions, state = decide(event, state)
    told = ", ".join(action["Type"] for action in actions) or "nothing"
    print(f"{call['TransactionId']} {event['InvocationEventType']} -> {told}, recording {state}")
    return {"SchemaVersion": "1.0", "Actions": actions, "TransactionAttributes": {"recording": state}}


def decide(event, state):
    """Gives the actions that come next, and how the recording stands then."""
    kind = event["InvocationEventType"]
    if kind == "NEW_INBOUND_CALL":
        return [call_agent(event)], state
    if kind == "ACTION_SUCCESSFUL":
        # The agent has answered: listen to the agent's keys. All other actions just did what they should.
        return ([listen()] if event["ActionData"]["Type"] == "CallAndBridge" else []), state
    if kind == "DIGITS_RECEIVED":
        return after_keys(event, state)
    if kind == "ACTION_FAILED":
        return after_failure(event, state)
    if kind == "HANGUP":
        # Who is left alone is hung up on; a recording that still runs is delivered then.
        left = event["ActionData"]["Parameters"]["ParticipantTag"]
        other = "LEG-A" if left == "LEG-B" else "LEG-B"
        return ([hang_up(other)] if status_of(event, other) == "Connected" else []), state
    if kind == "INVALID_LAMBDA_RESPONSE":
        print(f"our reply was refused: {event['ErrorType']}: {event['ErrorMessage']}")
        return [hang_up("LEG-A")], state
    # NEW_OUTBOUND_CALL, RINGING, CALL_ANSWERED, CALL_UPDATE_REQUESTED, ACTION_INTERRUPTED: nothing to do.
    return [], state


def after_keys(event, state):
    keys = event["ActionData"]["ReceivedDigits"]
    state, recording, to_caller, to_agent = STEPS[state, keys]
    actions = [speak("LEG-A", to_caller)] if to_caller else []
    if recording:
        actions.append(recording_action(recording, event))
    return [*actions, speak("LEG-B", to_agent)], state


def after_failure(event, state):
    action = event["ActionData"]
    print(f"{action['Type']} failed: {action['ErrorType']}: {action['ErrorMessage']}")
    if status_of(event, "LEG-A") == "Disconnected":
        return [], state  # the caller left meanwhile: HANGUP comes next
    if action["Type"] == "CallAndBridge":  # busy, no answer, or not to be reached; the caller hears no 200 before this
        return [speak("LEG-A", "Nobody can take your call. Please try again later."), hang_up("LEG-A")], state
    if action["Type"] == "StartCallRecording":
        return [speak("LEG-B", "The recording could not be started.")], "off"
    return [], state  # the two talk on


def call_agent(event):
    return {
        "Type": "CallAndBridge",
        "Parameters": {
            "CallTimeoutSeconds": 30,
            "CallerIdNumber": participant(event, "LEG-A")["To"],  # our own number
            "Endpoints": [{"BridgeEndpointType": "PSTN", "Uri": AGENT_NUMBER}],
        },
    }


def listen():
    return {
        "Type": "ReceiveDigits",
        "Parameters": {
            "ParticipantTag": "LEG-B",
            "InputDigitsRegex": r"^\*[12]$",
            "InBetweenDigitsDurationInMilliseconds": 500,
            "FlushDigitsDurationInMilliseconds": 3000,
        },
    }


def recording_action(kind, event):
    """The caller's leg is recorded: the caller on the left, what the caller hears on the right."""
    parameters = {"CallId": participant(event, "LEG-A")["CallId"]}
    if kind == "StartCallRecording":
        parameters.update(Track="BOTH", Destination={"Type": "S3", "Location": RECORDINGS})
    return {"Type": kind, "Parameters": parameters}


def speak(tag, text):
    return {"Type": "Speak", "Parameters": {"ParticipantTag": tag, "Text": text}}


def hang_up(tag):
    return {"Type": "Hangup", "Parameters": {"ParticipantTag": tag, "SipResponseCode": "0"}}


def participant(event, tag):
    return next(leg for leg in event["CallDetails"]["Participants"] if leg["ParticipantTag"] == tag)


def status_of(event, tag):
    """"Connected", "Disconnected", or None: there is no such leg, or it is not answered yet."""
    legs = event["CallDetails"]["Participants"]
    return next((leg.get("Status") for leg in legs if leg["ParticipantTag"] == tag), None)
