// The bar on top of the desk: whose visit it is, the hand on the recording, and what ends it.

import { useState } from 'preact/hooks';
import { othersInVisit, worksAtDesk } from '../call/visit_state';
import { Button } from '../components/button/view';
import { HuddleButton } from '../components/huddle_band/view';
import { Mark } from '../components/icon/view';
import { LargerText, PageHeading } from '../components/page_frame/view';
import { RecordingControl } from '../components/recording_control/view';
import { shortName } from '../text/names';
import { clock, dateAndTime, daysUntil } from '../text/times';
import { text } from '../text/text';
import { useMinute } from './arrival';
import type { SeatPageProps } from './seat_pages';
import { OwnConnection } from './visit';

export function DeskBar({ title, ...props }: SeatPageProps & { title: string }) {
  const { session, visit } = props;
  const now = useMinute();
  const colleagues = othersInVisit(visit).filter(worksAtDesk);
  const inHuddle = visit.huddle.state === 'inside';
  const names = visit.roster.filter((one) => visit.recording.waiting_for.includes(one.id)).map((one) => (one.you ? text.you : shortName(one.name)));
  return (
    <header class="bar d-bar">
      <Mark />
      <div class="bar-title">
        <PageHeading>{title}</PageHeading>
        <p class="quiet" title={visit.visit.title}>
          {visit.visit.title}
        </p>
      </div>
      <p class="nums bar-clock">
        <strong>{clock(now, text.locale)}</strong>{' '}
        <span class="quiet">{text.desk.planned({ clock: plannedTime(visit.visit.starts_at, now) })}</span>
      </p>
      <div class="bar-acts">
        <RecordingControl
          recording={visit.recording}
          mayStart={visit.permissions.includes('recording_start') && !inHuddle}
          mayStop={visit.permissions.includes('recording_stop')}
          waitingFor={names}
          onAction={(action) => session.record(action)}
        />
        {visit.permissions.includes('huddle') && !inHuddle && colleagues.length > 0 && (
          <HuddleButton colleagues={colleagues} onBegin={() => session.huddle('begin')} />
        )}
        <OwnConnection {...props} />
        <LargerText />
        {visit.permissions.includes('end') && <EndVisit onEnd={() => session.endVisit()} />}
      </div>
    </header>
  );
}

/** The time of today's visit; of another day's, the day as well. */
const plannedTime = (at: number, now: number) => (daysUntil(at, now) === 0 ? clock(at, text.locale) : dateAndTime(at, text.locale));

/** Ending it for everybody asks once more, in the same place. */
function EndVisit({ onEnd }: { onEnd: () => Promise<void> }) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  if (!asking) {
    return (
      <Button kind="end" onClick={() => setAsking(true)}>
        {text.desk.endVisit}
      </Button>
    );
  }
  return (
    <div class="row end-sure" role="group" aria-label={text.desk.endSure}>
      <p role="alert">{text.desk.endSure}</p>
      <Button
        kind="end"
        busy={busy}
        onClick={() => {
          setBusy(true);
          onEnd()
            .catch(() => undefined)
            .finally(() => setBusy(false));
        }}
      >
        {text.desk.endYes}
      </Button>
      <Button onClick={() => setAsking(false)}>{text.desk.endNo}</Button>
    </div>
  );
}
