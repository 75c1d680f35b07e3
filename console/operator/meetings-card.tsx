import { ask, may } from "../api/ask.ts";
import type { Meeting } from "../api/types.ts";
import { confirm } from "../parts/dialog.tsx";
import { Badge } from "../parts/notice.tsx";
import { showMoment, shortId } from "../parts/show.ts";
import { linkTo } from "../state/route.ts";
import { words } from "../words.ts";
import { Card, Figures } from "./card.tsx";

type Member = Meeting["members"][number];

/** The level that is shown as nothing, dB. */
const quietDb = -60;
/** Levels that are older are of no use. */
const levelEveryMs = 1_000;

export function MeetingsCard() {
  return (
    <Card<{ meetings: readonly Meeting[] }> title={words.operator.meetings} path="/meetings" every={levelEveryMs}>
      {({ meetings }, again) =>
        meetings.length === 0 ? (
          <p class="quiet-line">{words.operator.noMeetings}</p>
        ) : (
          <div class="stack">
            {meetings.map((meeting) => (
              <section key={meeting.meetingId}>
                <h3>
                  {meeting.externalMeetingId ?? shortId(meeting.meetingId)}{" "}
                  <small>{showMoment(meeting.startedAt)}</small>
                </h3>
                <Figures
                  heads={[words.operator.member, words.operator.level, ""]}
                  rows={meeting.members.map((member) => [
                    <Who member={member} />,
                    <Level member={member} />,
                    <MemberActs meeting={meeting} member={member} again={again} />,
                  ])}
                />
              </section>
            ))}
          </div>
        )
      }
    </Card>
  );
}

function nameOf({ externalUserId, attendeeId }: Member): string {
  return externalUserId === "" ? shortId(attendeeId) : externalUserId;
}

function Who({ member }: { readonly member: Member }) {
  const { kind, callId, isMuted } = member;
  return (
    <>
      <strong>{nameOf(member)}</strong>{" "}
      {callId === undefined ? <small>{kind}</small> : <a href={linkTo(`/calls/${callId}`)}>{kind}</a>}{" "}
      {isMuted ? <Badge tone="warn">{words.operator.mute}</Badge> : undefined}
    </>
  );
}

function Level({ member: { levelDb, isPresent } }: { readonly member: Member }) {
  if (!isPresent) return <small>{words.operator.noAudio}</small>;
  const share = levelDb === undefined ? 0 : Math.min(1, Math.max(0, 1 - levelDb / quietDb));
  const said = levelDb === undefined ? words.operator.still : `${Math.round(levelDb)} dB`;
  return (
    <span class="meter-bar member-level" role="img" aria-label={said} data-level={share.toFixed(2)}>
      <i style={{ width: `${share * 100}%` }} />
    </span>
  );
}

function MemberActs(props: { readonly meeting: Meeting; readonly member: Member; readonly again: () => void }) {
  const { meeting, member, again } = props;
  const path = `/meetings/${meeting.meetingId}/members/${member.attendeeId}`;
  const who = nameOf(member);
  const mute = () =>
    member.isMuted
      ? confirm({
          ...{ title: words.operator.unmute, text: who, act: words.operator.unmute, done: words.operator.unmuted },
          run: () => ask("DELETE", `${path}/mute`).finally(again),
        })
      : confirm({
          ...{ title: words.operator.mute, text: words.operator.muteText(who), act: words.operator.mute },
          ...{ done: words.operator.muted, run: () => ask("POST", `${path}/mute`).finally(again) },
        });
  const remove = () =>
    confirm({
      ...{ title: words.operator.remove, text: words.operator.removeText(who), act: words.operator.remove },
      ...{ isDangerous: true, done: words.operator.removed, run: () => ask("DELETE", path).finally(again) },
    });
  return (
    <div class="acts">
      {member.kind === "telephone" && may(member.isMuted ? "UnmuteMember" : "MuteMember") ? (
        <button type="button" class="button button-small" onClick={mute}>
          {member.isMuted ? words.operator.unmute : words.operator.mute}
        </button>
      ) : undefined}
      {may("RemoveMember") ? (
        <button type="button" class="button button-small button-bad" onClick={remove}>
          {words.operator.remove}
        </button>
      ) : undefined}
    </div>
  );
}
