// With one person who is stuck, and with nobody else: their face, what their page says, the number to call, and words.

import { useEffect, useMemo, useState } from 'preact/hooks';
import type { SessionSnapshot, VisitSession } from '../call/visit_session';
import { Button, LinkButton } from '../components/button/view';
import { Chat } from '../components/chat/view';
import { HelpFace } from '../components/help_panel/view';
import { Mark } from '../components/icon/view';
import { Note } from '../components/note/view';
import type { PageName } from '../components/page_frame/page_names';
import { telephoneHref } from '../components/page_frame/telephone';
import { LanguageChoice, LargerText, PageHeading, Skip, useDocument } from '../components/page_frame/view';
import { Avatar } from '../components/person_row/view';
import { Reconnecting } from '../components/reconnecting/view';
import { Repair } from '../components/repair/view';
import { SelfView } from '../components/self_view/view';
import { SlotSounds } from '../components/slot_sound/view';
import { BoardConnection } from '../protocol/board_connection';
import type { BoardDay, BoardSeat } from '../protocol/board';
import { boardTicket } from '../protocol/http_api';
import type { HelpSession } from '../protocol/messages';
import { shortName } from '../text/names';
import { socketUrl } from '../protocol/socket_url';
import { text } from '../text/text';
import { SeatFacts } from './board_detail';
import { moment, problemWords, stepWords } from './board_words';
import type { HelpPageProps } from './help_pages';
import { useVisitSession } from './use_visit_session';
import { useWakeLock } from './wake_lock';
import '../style/staff.css';
import './board.css';
import './help.css';

export function HelpPage({ seatToken, visit: visitId, participant, devices, onOver }: HelpPageProps) {
  const { session, snapshot, sound, slotSounds } = useVisitSession(seatToken, devices, { forHelp: true });
  useWakeLock();
  const { connection, visit } = snapshot;
  const help = visit?.help ?? null;
  useEffect(() => {
    if (help?.state === 'over') onOver(help, help.ended ?? 'by_helper');
    else if (connection.name === 'closed') onOver(help, connection.why === 'taken_over' ? 'taken_over' : connection.why === 'ended' ? 'visit_ended' : 'lost');
  }, [connection, help?.state]);
  const facts = useFacts(visitId, participant);
  const name = help ? shortName(help.with.name) : facts ? shortName(facts.seat.name) : '';
  useDocument(text.helper.pageTitle({ name }), 'staff');
  const lost = connection.name === 'lost' ? connection : null;
  const words = text.helper;
  return (
    <div class="helper" data-page={'help' satisfies PageName} data-help={help?.state ?? 'none'}>
      <Skip />
      <header class="bar">
        <Mark />
        <PageHeading>{words.title({ name })}</PageHeading>
        <div class="grow" />
        <LanguageChoice />
        <LargerText />
      </header>
      <p class="helper-state" role="status">
        {stateWords(snapshot, help, name)}
      </p>
      <main id="main" tabIndex={-1} class="helper-main">
        <section class="helper-stage" aria-label={text.visit.people}>
          {lost && <Reconnecting since={lost.since} supportPhone="" onTryNow={() => session.wake()} />}
          {help?.state === 'open' ? <HelpFace session={session} snapshot={snapshot} help={help} /> : <NoFace name={help?.with.name ?? ''} />}
          <div class="helper-self">
            <SelfView track={snapshot.devices.videoTrack} hidden={snapshot.devices.videoMuted} />
          </div>
          {sound.blocked && help?.state === 'open' && (
            <Repair title={text.state.soundBlocked} more={text.state.soundBlockedMore} word={text.state.soundFix} icon="speaker" busy={false} act={sound.unblock} />
          )}
          {snapshot.devices.name === 'failed' && <Note icon="warning" tone="attend">{words.devices({ name })}</Note>}
          <Controls session={session} snapshot={snapshot} />
        </section>
        <div class="helper-beside">
          <Facts facts={facts} name={name} supportPhone={visit?.visit.support_phone ?? ''} />
          <section class="helper-words" aria-labelledby="helper-words">
            <h2 id="helper-words">{words.wordsTitle}</h2>
            <p class="quiet">{words.wordsNote}</p>
            {visit && <Chat messages={help?.words ?? []} you={visit.you.id} maySend={help !== null} onSend={(said) => session.sayInHelp(said)} />}
          </section>
        </div>
      </main>
      <SlotSounds streams={snapshot.call.slots} slots={visit?.slots ?? []} {...slotSounds} />
    </div>
  );
}

/** Before there is a yes. */
function NoFace({ name }: { name: string }) {
  return (
    <div class="face nopic">
      {name && <Avatar name={name} />}
      <p class="name">
        <strong>{name}</strong>
      </p>
    </div>
  );
}

function stateWords({ call, connection }: SessionSnapshot, help: HelpSession | null, name: string): string {
  const words = text.helper;
  if (!help || connection.name !== 'joined') return words.opening;
  if (help.state === 'offered') return help.with.here ? words.asked({ name }) : words.notHere({ name });
  if (!help.with.here) return words.away({ name });
  return call.active && call.transport === 'media' ? words.open : words.connecting({ name });
}

function Controls({ session, snapshot }: { session: VisitSession; snapshot: SessionSnapshot }) {
  const { audioMuted, videoMuted, audioTrack, videoTrack } = snapshot.devices;
  const [failed, setFailed] = useState(false);
  const end = () => {
    setFailed(false);
    session.answerHelp('end').catch(() => setFailed(true));
  };
  const words = text.visit;
  return (
    <div class="row helper-controls" role="group" aria-label={words.controls}>
      <Button icon={audioMuted ? 'microphoneOff' : 'microphone'} on={audioMuted} disabled={!audioTrack} onClick={() => session.setMuted(!audioMuted, videoMuted)}>
        {audioMuted ? words.unmute : words.mute}
      </Button>
      <Button icon={videoMuted ? 'cameraOff' : 'camera'} on={videoMuted} disabled={!videoTrack} onClick={() => session.setMuted(audioMuted, !videoMuted)}>
        {videoMuted ? words.show : words.hide}
      </Button>
      <Button kind="end" icon="leave" onClick={end}>
        {text.helper.end}
      </Button>
      {failed && (
        <p class="wrong" role="alert">
          {text.helped.failed}
        </p>
      )}
    </div>
  );
}

// ---- what their page says ----

interface SeatOnBoard {
  seat: BoardSeat;
  day: BoardDay;
}

/** As the board has it; nothing for those who have no board. */
function useFacts(visit: string, participant: string): SeatOnBoard | null {
  const [, setVersion] = useState(0);
  const board = useMemo(
    () =>
      new BoardConnection({
        url: socketUrl('/board/live'),
        ticket: boardTicket,
        zone: Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC',
        onChange: () => setVersion((before) => before + 1),
      }),
    [],
  );
  useEffect(() => {
    board.start();
    return () => board.stop();
  }, []);
  const seat = board.visits.get(visit)?.seats.find(({ id }) => id === participant);
  return seat && board.day ? { seat, day: board.day } : null;
}

function Facts({ facts, name, supportPhone }: { facts: SeatOnBoard | null; name: string; supportPhone: string }) {
  const words = text.helper;
  const seat = facts?.seat;
  return (
    <section class="helper-facts stack tight" aria-labelledby="helper-facts" data-facts={seat?.step ?? 'none'}>
      <h2 id="helper-facts">{words.factsTitle({ name })}</h2>
      {facts && seat ? (
        <>
          <p>
            <strong>{seat.since === null ? stepWords(seat) : text.board.stepSince({ step: stepWords(seat), time: moment(seat.since, facts.day) })}</strong>
            {seat.problems.length > 0 && <span> {problemWords(seat.problems)}</span>}
          </p>
          <SeatFacts seat={seat} day={facts.day} />
          {seat.phone && (
            <LinkButton icon="phone" href={telephoneHref(seat.phone)}>
              {text.board.call({ phone: seat.phone })}
            </LinkButton>
          )}
        </>
      ) : (
        <p class="quiet">{words.noFacts}</p>
      )}
      {supportPhone && <p class="quiet">{words.supportPhone({ name, phone: supportPhone })}</p>}
    </section>
  );
}
