// The microphone: a bar that moves with the voice, and a few seconds of it to hear back.

import { useEffect, useRef, useState } from 'preact/hooks';
import { canSample, SAMPLE_MS, sampleVoice } from '../../call/voice_sample';
import { text } from '../../text/text';
import { Button } from '../button/view';
import { LevelMeter } from '../level_meter/view';
import { CheckRow } from './view';

interface VoiceRowProps {
  track: MediaStreamTrack;
  /** This browser lets a page see how loud a voice is. */
  measurable: boolean;
  /** To be heard back. */
  sampled: boolean;
  heard: boolean;
  onHeard: () => void;
}

export function VoiceRow({ track, measurable, sampled, heard, onHeard }: VoiceRowProps) {
  const words = text.check;
  return (
    <CheckRow verdict={heard || !measurable ? 'good' : 'untried'} title={heard ? words.voiceHeard : words.voice}>
      {measurable ? (
        <>
          <p class="quiet">{words.voiceSay}</p>
          <LevelMeter track={track} onHeard={onHeard} />
        </>
      ) : (
        <p class="quiet">{words.voiceOn}</p>
      )}
      <p class="vh" aria-live="polite">
        {heard ? words.voiceHeard : ''}
      </p>
      {sampled && canSample() && <HearBack track={track} />}
    </CheckRow>
  );
}

type Sample = { name: 'none' | 'recording' | 'failed' } | { name: 'playing' | 'played'; url: string };

function HearBack({ track }: { track: MediaStreamTrack }) {
  const [sample, setSample] = useState<Sample>({ name: 'none' });
  const [left, setLeft] = useState(0);
  const recording = useRef<AbortController | null>(null);
  const url = 'url' in sample ? sample.url : null;
  useEffect(() => () => (url ? URL.revokeObjectURL(url) : undefined), [url]);
  useEffect(() => () => recording.current?.abort(), []);
  useEffect(() => {
    if (left <= 0) return undefined;
    const timer = setTimeout(() => setLeft(left - 1), 1000);
    return () => clearTimeout(timer);
  }, [left]);

  const record = () => {
    recording.current = new AbortController();
    setSample({ name: 'recording' });
    setLeft(SAMPLE_MS / 1000);
    sampleVoice(track, recording.current.signal)
      .then((sound) => play(URL.createObjectURL(sound)))
      .catch(() => setSample({ name: 'failed' }));
  };
  const play = (sound: string) => {
    const player = new Audio(sound);
    const end = () => setSample({ name: 'played', url: sound });
    player.onended = player.onerror = end;
    setSample({ name: 'playing', url: sound });
    player.play().catch(end);
  };

  const words = text.check;
  const busy = sample.name === 'recording' || sample.name === 'playing';
  return (
    <>
      <p class="row">
        <Button icon="speaker" busy={busy} onClick={record}>
          {sample.name === 'recording' ? words.sampleRecording({ seconds: left }) : sample.name === 'playing' ? words.samplePlaying : words.sample}
        </Button>
        {sample.name === 'played' && (
          <Button icon="play" onClick={() => play(sample.url)}>
            {words.sampleAgain}
          </Button>
        )}
      </p>
      <p class="quiet" role="status" data-sample={sample.name}>
        {sample.name === 'recording' ? words.sampleSpeak : sample.name === 'played' ? words.samplePlayed : sample.name === 'failed' ? words.sampleFailed : ''}
      </p>
    </>
  );
}
