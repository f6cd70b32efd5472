// Who invited you, for what, when; one big button. Opening the page changes nothing.

import { useEffect, useState } from 'preact/hooks';
import type { Invitation } from '../protocol/http_api';
import { isInsideAnotherApp } from '../call/platform';
import { isPhysician, worksAtDesk } from '../call/visit_state';
import { Button } from '../components/button/view';
import { Icon } from '../components/icon/view';
import { Note } from '../components/note/view';
import { PageFrame, PageHeading, useDocument } from '../components/page_frame/view';
import { fullName, initials } from '../text/names';
import { clock, day, daysUntil } from '../text/times';
import { text } from '../text/text';
import './arrival.css';

interface ArrivalPageProps {
  invitation: Invitation;
  busy: boolean;
  failed: boolean;
  onGo: () => void;
}

export function ArrivalPage({ invitation, busy, failed, onGo }: ArrivalPageProps) {
  const { person, visit } = invitation;
  const words = text.arrival;
  const host = visit.invited_by && visit.invited_by.name !== person.name ? visit.invited_by : null;
  const staff = worksAtDesk(person);
  useDocument(host ? words.pageTitle({ who: fullName(host.name) }) : words.video);
  return (
    <PageFrame page="arrival" clinic={{ organisation: invitation.organisation, supportPhone: invitation.support_phone }}>
      <div class="invite">
        <span class="face initials" aria-hidden="true">
          {initials((host ?? person).name)}
        </span>
        <div>
          <p class="quiet">{(host ? words.invited : words.invitedPlain)({ name: fullName(person.name) })}</p>
          <PageHeading>{host ? fullName(host.name) : words.video}</PageHeading>
        </div>
        <div class="more">
          <p class="lede">{purpose(invitation, host)}</p>
          <When invitation={invitation} />
        </div>
      </div>
      {failed && <Note tone="attend" icon="warning"><p role="alert">{text.unreachable.title}. {text.problem.unknownText}</p></Note>}
      {isInsideAnotherApp(navigator) && <Note icon="info"><p>{words.insideApp}</p></Note>}
      <Button kind="go" big wide busy={busy} onClick={onGo}>
        {staff ? words.goStaff : words.go}
      </Button>
      {!staff && (
        <dl class="facts">
          <div>
            <Icon name="tablet" />
            <dt>{words.nothingTitle}</dt>
            <dd>{words.nothingText}</dd>
          </div>
          <div>
            <Icon name="lock" />
            <dt>{words.waitTitle}</dt>
            <dd>{words.waitText}</dd>
          </div>
        </dl>
      )}
      <p class="quiet small">{words.private}</p>
    </PageFrame>
  );
}

function purpose({ person, visit }: Invitation, host: Invitation['visit']['invited_by']): string {
  if (visit.title && worksAtDesk(person)) return visit.title;
  if (host && isPhysician(host)) return person.role === 'patient' ? text.arrival.author : text.arrival.authorOfAnother;
  return text.arrival.team;
}

function When({ invitation }: { invitation: Invitation }) {
  const { starts_at, expected_at, time_zone } = invitation.visit;
  const now = useMinute();
  const days = daysUntil(starts_at, now, time_zone);
  const at = clock(starts_at, text.locale, time_zone);
  const words = text.arrival;
  return (
    <p class="when">
      <Icon name="clock" />
      <span>
        <strong>
          {days === 0 ? words.today({ clock: at }) : days === 1 ? words.tomorrow({ clock: at }) : words.onDay({ day: day(starts_at, text.locale, time_zone), clock: at })}
        </strong>
        <br />
        {expected_at ? <strong>{text.late.beginsLater({ clock: clock(expected_at, text.locale, time_zone) })} </strong> : null}
        <span class="quiet">
          {days === 0 ? words.nowIs({ clock: clock(now, text.locale, time_zone) }) : ''} {words.canArrive}
        </span>
      </span>
    </p>
  );
}

/** The time, read anew each minute. */
export function useMinute(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 20_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
