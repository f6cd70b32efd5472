// The microphone on a thin link, its own or a listener's: slower, and with more sound in each packet, since fifty packets a
// second have 27 kbit/s of headers. The gateway says how (`microphone` of docs/signaling.md).

import type { EventMicrophone } from '../protocol/messages';
import { latestOnly } from './latest_only';

export type MicrophoneWish = Omit<EventMicrophone, 'type'>;

/** What browsers do without being told. */
const USUAL: MicrophoneWish = { max_bitrate: 0, frame_ms: 20 };
/** Before the gateway's first word: sound and the camera's first second have to fit into a thin link. */
const START: MicrophoneWish = { max_bitrate: 24_000, frame_ms: 40 };
/** A gateway that says nothing at all for so long has no objections. */
const START_LASTS_MS = 15_000;

export class MicrophoneFrames {
  private wish = START;
  /** As the answer says that the browser took last. */
  private takenMs = USUAL.frame_ms;
  private start: ReturnType<typeof setTimeout> | null = null;
  private readonly limit = latestOnly(() => this.setLimit());

  /** `takeAnswerAgain`: frames are to be of another length, and the answer is what says so. */
  constructor(
    private readonly sender: RTCRtpSender,
    private readonly takeAnswerAgain: () => void,
  ) {}

  /** An answer took the microphone. */
  answered(): void {
    if (this.wish === START) this.start ??= setTimeout(() => this.wish === START && this.apply(USUAL), START_LASTS_MS);
    this.limit();
  }

  /** The gateway's word. */
  apply(wish: MicrophoneWish): void {
    this.wish = wish;
    this.limit();
    if (wish.frame_ms !== this.takenMs) this.takeAnswerAgain();
  }

  close(): void {
    if (this.start !== null) clearTimeout(this.start);
  }

  /** The gateway's answer, with the wish in it (RFC 8866, 6.4). */
  into(answer: string): string {
    this.takenMs = this.wish.frame_ms;
    if (this.takenMs === USUAL.frame_ms) return answer;
    // The first line of sound is the microphone's.
    return answer.replace(/^m=audio .*\r\n(?:(?:i|c|b)=.*\r\n)*/m, (head) => `${head}a=ptime:${this.takenMs}\r\n`);
  }

  private async setLimit(): Promise<void> {
    const parameters = this.sender.getParameters?.();
    const [encoding, ...others] = parameters?.encodings ?? [];
    const limit = this.wish.max_bitrate || undefined;
    if (!encoding || encoding.maxBitrate === limit) return;
    const { maxBitrate: _, ...rest } = encoding;
    const next = limit === undefined ? rest : { ...rest, maxBitrate: limit };
    await this.sender.setParameters({ ...parameters!, encodings: [next, ...others] });
  }
}
