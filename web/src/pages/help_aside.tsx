// What belongs to help on the side of who is helped: the panel, the page of who is out of the visit meanwhile, and a
// conversation of its own for who is still on the way in.

import { useEffect, useState } from 'preact/hooks';
import { momentOf } from '../call/check_report';
import type { Devices } from '../call/devices';
import { Button } from '../components/button/view';
import { EmergencyButton, EmergencyPanel, HelpIsComing } from '../components/emergency/view';
import { HelpPanel } from '../components/help_panel/view';
import type { Clinic } from '../components/page_frame/view';
import { NeedAHand, PageFrame, PageHeading, useDocument } from '../components/page_frame/view';
import { Reconnecting } from '../components/reconnecting/view';
import { SelfView } from '../components/self_view/view';
import { SlotSounds } from '../components/slot_sound/view';
import { text } from '../text/text';
import { DeviceCheck } from './device_check_door';
import type { SeatPageProps } from './seat_pages';
import { isTyping } from './typing';
import { useVisitSession } from './use_visit_session';
import './waiting_room.css';

export { HelpPanel };

/** In the visit, and apart with somebody who helps: nobody else is seen or heard. */
export function HelpAsidePage({ session, snapshot, visit, clinic, devices }: SeatPageProps) {
  const [checking, setChecking] = useState(false);
  const words = text.helped;
  useDocument(words.asideTitle);
  if (checking || snapshot.devices.name === 'failed') {
    const moment = momentOf(visit.visit.starts_at, Date.now());
    return <DeviceCheck devices={devices} clinic={clinic} staff={false} steps={null} moment={moment} onReady={() => setChecking(false)} />;
  }
  const lost = snapshot.connection.name === 'lost' ? snapshot.connection : null;
  return (
    <PageFrame page="help-aside" clinic={clinic} foot={<NeedAHand clinic={clinic} />}>
      <div class="stack tight">
        <PageHeading>{words.asideTitle}</PageHeading>
        <p class="lede">{words.asideText}</p>
      </div>
      {visit.helpComing && <HelpIsComing />}
      {visit.emergency && (
        <EmergencyPanel emergency={visit.emergency} people={visit.roster} supportPhone={clinic?.supportPhone ?? ''} onStep={session.emergency} />
      )}
      {lost && <Reconnecting since={lost.since} supportPhone={clinic?.supportPhone ?? ''} onTryNow={() => session.wake()} />}
      <div class="stack">
        <div class="row self-row">
          <div class="self">
            <SelfView track={snapshot.devices.videoTrack} hidden={snapshot.devices.videoMuted} />
          </div>
        </div>
        <Button icon="camera" onClick={() => setChecking(true)}>
          {words.asideCheck}
        </Button>
        {visit.permissions.includes('emergency') && (
          <p>
            <EmergencyButton on={visit.emergency !== null} onStep={session.emergency} />
          </p>
        )}
      </div>
    </PageFrame>
  );
}

interface HelpOnTheWayProps {
  seatToken: string;
  devices: Devices;
  clinic: Clinic | null;
  /** It is over, or there is none any more. */
  onDone: () => void;
}

/** Above a page of the way in, which stays as it is. */
export function HelpOnTheWay({ seatToken, devices, clinic, onDone }: HelpOnTheWayProps) {
  const { session, snapshot, sound, slotSounds } = useVisitSession(seatToken, devices, { forHelp: true });
  const { connection, visit } = snapshot;
  const help = visit?.help ?? null;
  const closed = connection.name === 'closed';
  useEffect(() => {
    if (closed && help?.state !== 'over') onDone();
  }, [closed, help?.state]);
  if (!visit || !help) return null;
  return (
    <>
      <HelpPanel {...{ session, snapshot, help, sound, onDone }} supportPhone={clinic?.supportPhone ?? visit.visit.support_phone} takeFocus={!isTyping()} />
      <SlotSounds streams={snapshot.call.slots} slots={visit.slots} {...slotSounds} />
    </>
  );
}
