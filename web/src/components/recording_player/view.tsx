// Plays what was recorded, one person at a time, as the gateway decrypts it on the way (Range).
// Below the picture: the times that everybody had agreed to, each a place to play from.

import { useEffect, useRef, useState } from 'preact/hooks';
import { readManifest, recordingMediaUrl } from '../../protocol/http_api';
import type { Interval, Manifest, RecordedParticipant, Recording } from '../../protocol/http_api';
import { clock, dateAndTime, duration } from '../../text/times';
import { relationOf, text, wordFor } from '../../text/text';
import { Button } from '../button/view';
import { Icon } from '../icon/view';
import { Tag } from '../tag/view';
import './style.css';

/** Where an interval begins in the recording, which has no gaps: the pauses were never recorded. */
export function offsetOf(intervals: readonly Interval[], index: number): number {
  return intervals.slice(0, index).reduce((sum, one) => sum + (one.end - one.start), 0);
}

export function RecordingPlayer({ recording }: { recording: Recording }) {
  const words = text.casePage;
  const [chosen, setChosen] = useState(0);
  const person = recording.participants[chosen];
  const video = useRef<HTMLVideoElement>(null);
  const playFrom = (ms: number) => {
    if (!video.current) return;
    video.current.currentTime = ms / 1000;
    void video.current.play().catch(() => undefined);
  };
  return (
    <section class="player" aria-label={words.recordingFrom({ when: dateAndTime(recording.started_at, text.locale) })} data-recording-id={recording.id}>
      <div class="row spread">
        <h4>{words.recordingFrom({ when: dateAndTime(recording.started_at, text.locale) })}</h4>
        <Tag>{wordFor(words.recordingStates, recording.state) ?? recording.state}</Tag>
      </div>
      {person ? (
        <>
          <WhoToWatch recording={recording} chosen={chosen} onChoose={setChosen} />
          <Screen key={person.id} recordingId={recording.id} person={person} video={video} />
        </>
      ) : (
        <p>{recording.state === 'empty' ? words.noRecordings : words.preparing}</p>
      )}
      <Intervals intervals={recording.intervals} onPlay={person ? playFrom : null} />
      <ManifestDetails recording={recording} />
    </section>
  );
}

function WhoToWatch({ recording, chosen, onChoose }: { recording: Recording; chosen: number; onChoose: (index: number) => void }) {
  return (
    <fieldset class="who-to-watch">
      <legend>{text.casePage.watch}</legend>
      {recording.participants.map((person, index) => (
        <label key={person.id} class="pick">
          <input type="radio" name={`watch-${recording.id}`} checked={index === chosen} onChange={() => onChoose(index)} />
          <span>
            {person.name}
            <small>
              {relationOf(person)}, {duration(person.duration_ms)}
            </small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface ScreenProps {
  recordingId: string;
  person: RecordedParticipant;
  video: preact.RefObject<HTMLVideoElement>;
}

function Screen({ recordingId, person, video }: ScreenProps) {
  const [failed, setFailed] = useState(false);
  const url = recordingMediaUrl(recordingId, person.id);
  return (
    <>
      <video
        ref={video}
        class="screen"
        controls
        playsInline
        preload="metadata"
        src={url}
        aria-label={text.casePage.player({ name: person.name })}
        data-participant={person.id}
        onError={() => setFailed(true)}
      />
      {failed && (
        <p class="wrong" role="alert">
          {text.casePage.playFailed}
        </p>
      )}
      <p>
        <a href={`${url}?download=1`} download>
          {text.casePage.download} ({megabytes(person.bytes)})
        </a>
      </p>
    </>
  );
}

function Intervals({ intervals, onPlay }: { intervals: readonly Interval[]; onPlay: ((ms: number) => void) | null }) {
  const words = text.casePage;
  if (intervals.length === 0) return null;
  return (
    <div class="intervals">
      <h5>{words.consented}</h5>
      <Band intervals={intervals} />
      <ul>
        {intervals.map((interval, index) => {
          const from = clock(interval.start, text.locale);
          const line = words.interval({ from, to: clock(interval.end, text.locale), length: duration(interval.end - interval.start) });
          return (
            <li key={index}>
              {onPlay ? (
                <button type="button" aria-label={`${words.jump({ clock: from })}. ${line}`} onClick={() => onPlay(offsetOf(intervals, index))}>
                  <Icon name="play" />
                  {line}
                </button>
              ) : (
                line
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** The visit as a line: red where it was recorded, empty where it was not. The list says it in words. */
function Band({ intervals }: { intervals: readonly Interval[] }) {
  const first = intervals[0]?.start ?? 0;
  const span = Math.max(1, (intervals[intervals.length - 1]?.end ?? 0) - first);
  return (
    <svg class="band" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect class="band-ground" width="1000" height="10" />
      {intervals.map((one, index) => (
        <rect
          key={index}
          class="band-recorded"
          x={((one.start - first) / span) * 1000}
          width={Math.max(2, ((one.end - one.start) / span) * 1000)}
          height="10"
        />
      ))}
    </svg>
  );
}

const megabytes = (bytes: number) =>
  new Intl.NumberFormat(text.locale, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 }).format(bytes / 1e6);

function ManifestDetails({ recording }: { recording: Recording }) {
  const words = text.casePage;
  const [open, setOpen] = useState(false);
  const [manifest, setManifest] = useState<Manifest | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (!open || manifest) return;
    readManifest(recording.id).then(setManifest, () => setFailed(true));
  }, [open]);
  const nameOf = (id: string) => recording.participants.find((one) => one.id === id)?.name ?? id;
  if (!open) return <Button onClick={() => setOpen(true)}>{words.showManifest}</Button>;
  if (failed) return <p role="alert">{words.failed}</p>;
  if (!manifest) return <p class="quiet">{text.loading.title}</p>;
  return (
    <div class="manifest" role="region" aria-label={words.manifest} tabIndex={0}>
      <table>
        <caption class="vh">{words.manifest}</caption>
        <thead>
          <tr>
            {[words.file, words.person, words.kind, words.size, words.length, words.digest].map((word) => (
              <th key={word} scope="col">
                {word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {manifest.files.map((file) => (
            <tr key={file.name}>
              <th scope="row">{file.name}</th>
              <td>{nameOf(file.participant)}</td>
              <td>{words.fileKinds[file.kind] ?? file.kind}</td>
              <td class="nums">{megabytes(file.bytes)}</td>
              <td class="nums">{file.duration_ms === undefined ? '' : duration(file.duration_ms)}</td>
              <td>
                <code>{file.sha256}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>
        {words.manifest}: <code>{manifest.sha256}</code>
      </p>
    </div>
  );
}
